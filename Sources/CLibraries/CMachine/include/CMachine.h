// What Swift's Glibc module does not show: GNU extensions of posix_spawn, pidfd, and a signal handler that may not be
// Swift.
#ifndef CMACHINE_H
#define CMACHINE_H

/// How a child stands to its parent's terminal and signals.
enum { CM_SHARE_GROUP = 0, CM_NEW_GROUP = 1, CM_NEW_SESSION = 2 };

/// What to start; a descriptor of -1 is inherited, a directory of NULL is the caller's.
struct cm_child {
  const char *path;
  char *const *arguments;
  char *const *environment;
  const char *directory;
  int input, output, errors;
  int isolation;
};

/// Starts a child with no signal blocked, every signal at its default, and no descriptor above 2; returns 0 or errno.
int cm_spawn(const struct cm_child *child, int *pid);

/// How a child ended: 1 with `signaled` and `value` set, 0 when it runs, -1 when that is not known (errno).
/// Unless `reap` is set the child stays a zombie and its id reserved.
int cm_ended(int pid, int reap, int *signaled, int *value);

/// Makes this process the parent of every descendant whose own parent has ended; they stay zombies until it ends.
void cm_adopt_orphans(void);

/// A pipe whose ends are closed on exec; 0 or -1.
int cm_pipe(int ends[2]);
/// A descriptor that becomes readable when the process ends; -1 when there is no such process.
int cm_pidfd_open(int pid);
/// Signals the process behind a pidfd, and no other; 0 or -1.
int cm_pidfd_signal(int pidfd, int signal);

/// Writes each caught signal's number as one byte to this descriptor.
void cm_signals_to(int descriptor);
/// Catches a signal so that `cm_signals_to`'s descriptor gets it; 0 or -1.
int cm_catch(int signal);
/// Ignores a signal, or puts its default action back.
void cm_ignore(int signal);
void cm_default(int signal);

/// The words of an errno value; static storage.
const char *cm_error_words(int code);
/// The process's environment.
char **cm_environment(void);
/// Names the calling thread, 15 bytes at most, and makes a closed pipe an error of its writes alone.
void cm_enter_thread(const char *name);
/// Exclusive advisory lock of an open file description, without waiting; 0 or -1.
int cm_lock(int descriptor);
/// Gives that lock up, also where a child that was just forked still has the description open; 0 or -1.
int cm_unlock(int descriptor);
/// Opens a new file without a name in a folder, mode 0600, to be given one by `cm_link`; -1 where the file system cannot.
int cm_open_nameless(const char *folder);
/// Gives an open file without a name a new name; 0 or -1.
int cm_link(int descriptor, const char *path);
/// Columns and rows of a terminal; 0 or -1.
int cm_terminal_size(int descriptor, int *columns, int *rows);

#endif
