/* What a process does to the files of a SQLite database, written down in order: writes, sizes, syncs, files made and
   taken away. Put before libc by LD_PRELOAD; everything still goes to the real disk. TAPE names the file to write to,
   TAPE_FOLDER the folder of the database.

   What is done is told after it was done, and a sync when it begins and again when it is over: so whatever stands on the
   tape before a sync's beginning was there for that sync to write. One writev per record to a file opened for appending:
   the kernel keeps the records of all processes whole, and in one order. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

struct record {
  uint32_t kind, thread, name_length, unused;
  uint64_t offset, length;
};

static char *names[FILES]; /* by file descriptor; NULL for a file that is none of the database's */
static int tape = -1;

static void tell(char kind, const char *name, uint64_t offset, const void *bytes, uint64_t length) {
  struct record head = {(uint32_t)kind, (uint32_t)syscall(SYS_gettid), (uint32_t)strlen(name), 0, offset, length};
  struct iovec parts[] = {{&head, sizeof head}, {(void *)name, strlen(name)}, {(void *)bytes, bytes ? length : 0}};
  if (tape < 0) tape = REAL(open)(getenv("TAPE"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (writev(tape, parts, 3) < 0) abort(); /* a tape with a hole in it proves nothing */
}

static const char *ours(const char *path) {
  const char *folder = getenv("TAPE_FOLDER");
  size_t length = folder ? strlen(folder) : 0;
  if (!length || strncmp(path, folder, length)) return NULL;
  if (!path[length]) return ".";
  const char *name = path + length + 1;
  static const char *kept[] = {"afterword.db", "afterword.db-wal", "afterword.db-journal"};
  for (size_t number = 0; number < 3; number++)
    if (path[length] == '/' && !strcmp(name, kept[number])) return kept[number];
  return NULL;
}

static const char *named(int file) { return file >= 0 && file < FILES ? names[file] : NULL; }

static int opened(int file, const char *name, int made) {
  if (file >= 0 && file < FILES) names[file] = (char *)name;
  if (file >= 0 && made) tell('C', name, 0, NULL, 0);
  return file;
}

#define OPEN(open_)                                                     \
  int open_(const char *path, int flags, ...) {                         \
    va_list more;                                                       \
    va_start(more, flags);                                              \
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;           \
    va_end(more);                                                       \
    const char *name = ours(path);                                      \
    int made = name && flags & O_CREAT && access(path, F_OK) != 0;      \
    return opened(REAL(open_)(path, flags, mode), name, made);          \
  }
OPEN(open)
OPEN(open64)

int close(int file) {
  if (named(file)) names[file] = NULL;
  return REAL(close)(file);
}

#define PWRITE(pwrite_, offset_t)                                                \
  ssize_t pwrite_(int file, const void *bytes, size_t length, offset_t offset) { \
    ssize_t done = REAL(pwrite_)(file, bytes, length, offset);                   \
    if (done > 0 && named(file)) tell('W', named(file), offset, bytes, done);    \
    return done;                                                                 \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(truncate_, offset_t)                                     \
  int truncate_(int file, offset_t size) {                                \
    int failed = REAL(truncate_)(file, size);                             \
    if (!failed && named(file)) tell('T', named(file), size, NULL, 0);    \
    return failed;                                                        \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(sync_)                                            \
  int sync_(int file) {                                        \
    if (named(file)) tell('B', named(file), 0, NULL, 0);       \
    int failed = REAL(sync_)(file);                            \
    if (!failed && named(file)) tell('E', named(file), 0, NULL, 0); \
    return failed;                                             \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
  int failed = REAL(unlink)(path);
  if (!failed && ours(path)) tell('U', ours(path), 0, NULL, 0);
  return failed;
}
