/* A process that is killed at the worst moment: when it is about to say KILL_BEFORE (how a reply begins) for the
   KILL_COUNT-th time. What that reply would tell is done, and nobody was told. Put before libc by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long said;

static void look(const void *bytes, size_t length) {
  const char *words = getenv("KILL_BEFORE"), *count = getenv("KILL_COUNT");
  if (!words || !count || length < strlen(words) || memcmp(bytes, words, strlen(words))) return;
  if (atomic_fetch_add(&said, 1) + 1 == atol(count)) kill(getpid(), SIGKILL);
}

ssize_t send(int file, const void *bytes, size_t length, int flags) {
  look(bytes, length);
  static ssize_t (*real)(int, const void *, size_t, int);
  if (!real) real = (ssize_t (*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
  return real(file, bytes, length, flags);
}

ssize_t write(int file, const void *bytes, size_t length) {
  look(bytes, length);
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return real(file, bytes, length);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  if (count > 0) look(parts[0].iov_base, parts[0].iov_len);
  static ssize_t (*real)(int, const struct iovec *, int);
  if (!real) real = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  return real(file, parts, count);
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
  if (message->msg_iovlen) look(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
  static ssize_t (*real)(int, const struct msghdr *, int);
  if (!real) real = (ssize_t (*)(int, const struct msghdr *, int))dlsym(RTLD_NEXT, "sendmsg");
  return real(file, message, flags);
}
