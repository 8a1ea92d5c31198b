/* What the ways of running HAProxy share, and what each of them does: the inside of hacc/deploy/apply.h. */
#ifndef HACC_DEPLOY_APPLY_STEPS_H
#define HACC_DEPLOY_APPLY_STEPS_H

#include "hacc/deploy/apply.h"
#include "hacc/deploy/prove.h"

/* Starts a process of the new generation, proves it, installs the file, and lets the old one end. */
enum apply_status daemon_perform(struct apply *apply);

/* Ends what daemon_perform began and did not end: takes it back, or (STEP_PROVEN) brings it to its end. */
enum apply_status daemon_recover(struct apply *apply, const struct journal *journal, const char **done);

/* The same for a master, reloaded by itself or by systemd: the file is installed first. */
enum apply_status master_perform(struct apply *apply);
enum apply_status master_recover(struct apply *apply, const struct journal *journal, const char **done);

/* Reads which generation is at the target. Gives false with why. */
bool apply_read_target(struct apply *apply);

/* Fills the journal, keeps the texts of both generations, and writes the new files beside their targets. Nothing that
 * runs has changed by it. */
bool apply_stage(struct apply *apply, bool runtime);

/* From here on hacc is ended by SIGKILL alone. */
void apply_hold_signals(void);

/* Puts on the disk how far the apply has come. */
bool apply_note(struct apply *apply, enum journal_step step);

/* Makes the settings of the kernel. */
bool apply_settings_make(struct apply *apply);

/* Keeps and places the files, the sysctl fragment with them. */
bool apply_install(struct apply *apply);

/* Makes files and settings what they were; a target that somebody has written since stays. Gives false where that could
 * not be done, with apply->why saying it as well. */
bool apply_put_back(struct apply *apply, const struct journal *journal);

/* Ends the apply: the history, the end of the journal, what stands beside the target. Gives `status`, or DOWN where
 * that could not be written. */
enum apply_status apply_settle(struct apply *apply, enum apply_status status);

/* Settles an apply whose generation is live: LINGERING, with who it is, where one of the old processes still runs or a
 * haproxy of the target serves beside those that were replaced; else DONE. */
enum apply_status apply_finish(struct apply *apply, const struct process *old, uint32_t count);

/* Ends an apply that has been taken back. Gives `status`. */
enum apply_status apply_give_up(struct apply *apply, enum apply_status status);

/* Tells processes to end their connections (SIGUSR1), and waits for that as long as `wait_ms`. Gives whether all have
 * ended. */
bool processes_end(const struct process *processes, uint32_t count, int wait_ms);

/* Waits until processes have ended, as long as `wait_ms`. */
bool processes_await(const struct process *processes, uint32_t count, int wait_ms);

/* The same at once: what has not ended by then is ended with its connections (SIGTERM, SIGKILL). */
void processes_stop(const struct process *processes, uint32_t count, int wait_ms);

/* Runs the program with words behind it, for HAPROXY_TIME_LIMIT at most. Gives its exit status; -1 with why. Its output
 * is apply->more. */
int program_run(struct apply *apply, const char *const *words, uint32_t count);

#endif
