#define _GNU_SOURCE
#include "CMachine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int cm_spawn(const struct cm_child *child, int *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  const int wanted[3] = {child->input, child->output, child->errors};
  for (int i = 0; i < 3 && !error; i++)
    if (wanted[i] >= 0) error = posix_spawn_file_actions_adddup2(&actions, wanted[i], i);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!error && child->directory) error = posix_spawn_file_actions_addchdir_np(&actions, child->directory);

  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (child->isolation == CM_NEW_GROUP) flags |= POSIX_SPAWN_SETPGROUP;
  if (child->isolation == CM_NEW_SESSION) flags |= POSIX_SPAWN_SETSID;
  if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!error) error = posix_spawnattr_setpgroup(&attributes, 0);
  if (!error) error = posix_spawnattr_setflags(&attributes, flags);
  if (!error) error = posix_spawn(pid, child->path, &actions, &attributes, child->arguments, child->environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int cm_ended(int pid, int reap, int *signaled, int *value) {
  siginfo_t info = {0};
  int done;
  do done = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | (reap ? 0 : WNOWAIT));
  while (done && errno == EINTR);
  if (done) return -1;
  if (info.si_pid != pid) return 0;
  *signaled = info.si_code != CLD_EXITED;
  *value = info.si_status;
  return 1;
}

void cm_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }
int cm_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
int cm_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int cm_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }

static volatile sig_atomic_t signals_to = -1;

static void pass_on(int number) {
  int kept = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe drops the signal: 65,536 unread ones are before it.
  if (write(signals_to, &byte, 1) < 0) {}
  errno = kept;
}

static int act(int number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  return sigaction(number, &action, NULL);
}

void cm_signals_to(int descriptor) { signals_to = descriptor; }
int cm_catch(int number) { return act(number, pass_on); }
void cm_ignore(int number) { act(number, SIG_IGN); }
void cm_default(int number) { act(number, SIG_DFL); }

const char *cm_error_words(int code) {
  const char *words = strerrordesc_np(code);
  return words ? words : "unknown error";
}

char **cm_environment(void) { return environ; }

void cm_enter_thread(const char *name) {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
  pthread_setname_np(pthread_self(), name);
}

int cm_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int cm_unlock(int descriptor) { return flock(descriptor, LOCK_UN); }

int cm_open_nameless(const char *folder) { return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }

int cm_link(int descriptor, const char *path) {
  char self[32];
  snprintf(self, sizeof self, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

int cm_terminal_size(int descriptor, int *columns, int *rows) {
  struct winsize size = {0};
  if (ioctl(descriptor, TIOCGWINSZ, &size)) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}
