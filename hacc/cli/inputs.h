/* Which files a command reads: what stands on its command line, with folders opened, and of which kind they are. */
#ifndef HACC_CLI_INPUTS_H
#define HACC_CLI_INPUTS_H

#include "hacc/base/diag.h"

enum input_kind { INPUT_AUTO, INPUT_YAML, INPUT_CFG };

struct inputs {
    const char **paths; /* in the order in which they are read; arena-owned */
    uint32_t count, cap;
    enum input_kind kind; /* never INPUT_AUTO */
};

/* Fills `inputs` from the `count` arguments. A folder stands for its files of the kind, as haproxy's -f has it: those
 * whose names end in .cfg (of YAML: .yaml, .yml) and begin with no '.', in the order of the bytes of their names, none
 * of its folders. A file is of the kind that its name's ending tells, else its text (`-`, standard input, too); all
 * must be of one. `from` says the kind of all, whatever they are called; INPUT_AUTO: see above. Gives false after
 * findings. */
bool inputs_find(struct inputs *inputs, const char *const *arguments, uint32_t count, enum input_kind from,
                 struct sources *sources, struct diags *diags);

#endif
