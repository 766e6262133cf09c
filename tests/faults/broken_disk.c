/* A disk that fails to write down: while the file named by BROKEN_DISK exists, fsync says EIO. For LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int broken(void) {
  const char *flag = getenv("BROKEN_DISK");
  return flag && access(flag, F_OK) == 0;
}

static int sync_with(const char *name, int fd) {
  if (broken()) {
    errno = EIO;
    return -1;
  }
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return real(fd);
}

int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }
