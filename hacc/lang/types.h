/* Values: one parser a type of grammar/types.yaml. Parsing reports faults and notes references; what is
 * printed later is the word itself, so nothing else is kept. A reference keeps the name as written: of a server
 * "backend/server" or "server", of a table "proxy" or "peers/table". An empty one, as of `nbsrv()`, means the section
 * that it stands in. */
#ifndef HACC_LANG_TYPES_H
#define HACC_LANG_TYPES_H

#include "hacc/lang/words.h"

/* Parses the value of `param` at words[0]. Gives how many words it took, at least 1 (a sample expression, a
 * condition or an ACL may take several); faults are added to lang->diags at their place, and the words they
 * stand in are taken all the same, so that one mistake gives one message. count is at least 1. */
uint32_t type_parse(struct lang *lang, const struct sig *param, const struct word *words, uint32_t count);

/* Whether `word` can be a value of `param`, without findings: for signatures that must choose. */
bool type_accepts(const struct lang *lang, const struct sig *param, const struct word *word);

/* Whether a value may take several words: a sample expression, a condition, an ACL. */
bool type_takes_words(enum type_id type);

/* Whether a value is one word of several items, which a YAML list makes: alpn, store, init-addr. */
bool type_takes_list(const struct sig *param);

/* Single types, for C code that needs the value. Each gives false for text that is not one.
 * time_parse: milliseconds, `unit` for a bare number. size_parse: bytes. */
bool time_parse(const char *text, uint32_t len, enum time_unit unit, int64_t *ms);
bool size_parse(const char *text, uint32_t len, int64_t *bytes);
bool int_parse(const char *text, uint32_t len, int64_t *value);

/* Whether HAProxy takes the text for a name: letters, digits, '-', '_', '.' and ':'. */
bool name_parse(const char *text, uint32_t len);

/* What an address says, as far as its text alone tells. */
enum addr_family {
    ADDR_FAMILY_ANY, /* IPv4 or IPv6, or a name: the host tells */
    ADDR_FAMILY_IPV4,
    ADDR_FAMILY_IPV6,
    ADDR_FAMILY_UNIX,
    ADDR_FAMILY_ABSTRACT,
    ADDR_FAMILY_FD,
    ADDR_FAMILY_NAME /* of a ring, a backend, a reverse connection */
};

struct addr_parts {
    enum addr_family family;
    bool datagram;      /* of IP: UDP or QUIC */
    const char *host;   /* "" or "*": any address; [2001:db8::1]; a path or name; not NUL-terminated */
    uint32_t host_len;  /* of it */
    uint16_t low, high; /* ports, both included; 0: none */
    uint32_t from, len; /* where the address stands in its word */
};

/* Gives the next address of a value of type addr, the first one at *at 0, and moves *at behind it; false: there is
 * none. Addresses that are none are passed over; nothing is reported. */
bool addr_next(const struct lang *lang, const struct sig *param, const struct word *word, uint32_t *at,
               struct addr_parts *parts);

/* Whether HAProxy listens on addresses of the parameter. */
bool addr_listens(const struct sig *param);

/* Whether values of the type have a parser: all have; a test sees to it. */
bool type_has_parser(enum type_id type);

#endif
