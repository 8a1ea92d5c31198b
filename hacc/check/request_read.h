/* Sets of requests, read from what a configuration says. */
#ifndef HACC_CHECK_REQUEST_READ_H
#define HACC_CHECK_REQUEST_READ_H

#include "hacc/check/request_set.h"
#include "hacc/model/config.h"

/* Gives what an ACL matches: all lines of its name. Kept with its symbol; lives as long as the configuration. */
const struct request_set *request_set_of(const struct config *config, struct symbol *acl);

/* Gives the condition of a rule of the section. One without `if` and `unless` has one case without terms. */
struct request_condition request_condition_of(const struct config *config, const struct section *section,
                                              const struct directive *rule);

#endif
