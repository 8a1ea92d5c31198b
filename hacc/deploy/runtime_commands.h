/* Which commands do a change, and which answers say that they have. What the files of the Runtime API share. */
#ifndef HACC_DEPLOY_RUNTIME_COMMANDS_H
#define HACC_DEPLOY_RUNTIME_COMMANDS_H

#include "hacc/deploy/runtime.h"

/* When a command has its turn: servers come before others go. */
enum runtime_phase {
    PHASE_ADD,
    PHASE_SET,
    PHASE_DRAIN,  /* servers that go get no new requests */
    PHASE_REMOVE, /* once they have no more */
    RUNTIME_PHASES
};

/* A row of runtime_commands.def. */
struct runtime_command {
    enum change_way way;
    enum runtime_phase phase;
    enum hap_version since;
    enum keyword_id line;
    bool not_disabled;
    const char *text;
    const char *wait;
    const char *good[5]; /* ends with NULL */
};

extern const struct runtime_command runtime_commands[];
extern const size_t runtime_command_count;

/* Whether a command is for an operation, in a version. */
bool runtime_command_is_for(const struct runtime_command *command, const struct runtime_operation *operation,
                            enum hap_version version);

/* Gives the words of a command, in `arena`; NULL where a value is not one that HAProxy takes as it is written. */
const char *runtime_command_text(const struct runtime_command *command, const struct runtime_operation *operation,
                                 struct arena *arena);

enum runtime_reply { REPLY_GOOD, REPLY_WAIT, REPLY_BAD };

enum runtime_reply runtime_reply_of(const struct runtime_command *command, const struct admin_answer *answer);

/* Sends a command by a channel. */
struct admin_answer runtime_ask(const struct runtime *runtime, const struct runtime_channel *channel,
                                const char *command);

/* Sets `why`; gives false. */
__attribute__((format(printf, 2, 3))) bool runtime_refuse(struct runtime *runtime, const char *fmt, ...);

/* Says why, of an answer that is none of those that are known; gives false. */
bool runtime_refuse_answer(struct runtime *runtime, const char *command, const struct admin_answer *answer);

#endif
