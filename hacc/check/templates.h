/* The servers that server-template lines make: web1, web2 and web3 of `server-template web 3`. There may be very many,
 * so they are kept as ranges. */
#ifndef HACC_CHECK_TEMPLATES_H
#define HACC_CHECK_TEMPLATES_H

#include "hacc/model/config.h"

/* Finds out what all the lines make. To be called once, before templates_find. */
void templates_collect(struct config *config);

/* Gives the server-template line of the section that makes the server of that name, or NULL. */
const struct directive *templates_find(const struct config *config, const struct section *section, const char *name,
                                       uint32_t len);

/* Gives the line of the server that is called NAME in *section, or BACKEND/NAME, and in *section where it stands; NULL:
 * there is none. */
const struct directive *server_line(const struct config *config, const char *name, uint32_t len,
                                    const struct section **section);

/* Reports servers of a section that have one name, where at least one of the two is made by a template. */
void check_templates(struct config *config);

#endif
