/* A disk that is slow to say it has written: every fsync waits SLOW_FSYNC_MICROSECONDS longer. Put before libc by
   LD_PRELOAD; the data still goes to the real disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int slowed(const char *name, int file) {
  const char *told = getenv("SLOW_FSYNC_MICROSECONDS");
  if (told) usleep((useconds_t)atoi(told));
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return real(file);
}

int fsync(int file) { return slowed("fsync", file); }
int fdatasync(int file) { return slowed("fdatasync", file); }
