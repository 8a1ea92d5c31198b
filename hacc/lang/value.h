/* What the parsers of values share: one function a type, called through the table in types.c.
 *
 * A parser gives true for a good value, or adds findings and gives false. Where lang->diags is NULL it only
 * looks: neither findings nor references are kept. Nothing is allocated unless there is something to say. */
#ifndef HACC_LANG_VALUE_H
#define HACC_LANG_VALUE_H

#include "hacc/lang/words.h"

#include <string.h>

/* Adds a finding and gives false; without lang->diags only gives false. */
__attribute__((format(printf, 5, 6))) bool lang_fault(struct lang *lang, enum rule_id rule, struct span at,
                                                      const char *help, const char *fmt, ...);

/* Gives text[from .. from+len) of a word as a word of its own, with its place. */
struct word word_part(const struct word *word, uint32_t from, uint32_t len);

/* A word as the arguments of "%.*s", no longer than a message needs. */
#define WORD_ARGS(word) (int)((word)->len > 200 ? 200 : (word)->len), (word)->text

static inline bool text_is(const char *text, uint32_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

static inline bool text_begins(const char *text, uint32_t len, const char *start)
{
    size_t n = strlen(start);

    return len >= n && memcmp(text, start, n) == 0;
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_alnum(char c)
{
    return is_digit(c) || is_alpha(c);
}

/* What HAProxy takes for a part of the name of a fetch, converter or ACL keyword. */
static inline bool is_ident(char c)
{
    return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '+';
}

/* A value of one word. */
#define VALUE(name) bool value_##name(struct lang *lang, const struct sig *param, const struct word *word)

VALUE(str);
VALUE(name);
VALUE(path);
VALUE(header);
VALUE(var);
VALUE(var_or_int);
VALUE(var_or_str);
VALUE(var_or_base64);
VALUE(envvar);
VALUE(uri);
VALUE(csv);
VALUE(verify_errors);
VALUE(hexstring);
VALUE(http_method);
VALUE(def);
VALUE(ref);
VALUE(refs);
VALUE(server_name);

VALUE(int);
VALUE(time);
VALUE(explicit_time);
VALUE(size);
VALUE(percent);
VALUE(float);
VALUE(port);
VALUE(mode_bits);
VALUE(tlv_id);

VALUE(status);
VALUE(cpu_set);
VALUE(number_set);
VALUE(thread_set);
VALUE(thread_map);
VALUE(field_number);
VALUE(sample_ranges);
VALUE(server_count);

VALUE(addr);
VALUE(net);
VALUE(ip);
VALUE(mask);
VALUE(init_addr);

VALUE(fmt);

/* Gives the next variable (%NAME) of a log-format string, from text[*at] on, and moves *at behind it; NULL: there is
 * none. What is wrong in the string is passed over. */
const struct keyword *fmt_variable_at(const struct lang *lang, const struct word *word, uint32_t *at);

/* The same for expressions (%[…]): gives the place of its first byte; 0: there is none. */
uint32_t fmt_expression_at(const struct lang *lang, const struct word *word, uint32_t *at);

VALUE(regex);
VALUE(list);
VALUE(openssl_version);

/* A value of one or more words: gives how many, with *good false where something was found. */
#define VALUES(name)                                                                                             \
    uint32_t values_##name(struct lang *lang, const struct sig *param, const struct word *words, uint32_t count, \
                           bool *good)

VALUES(sample);
VALUES(cond);
VALUES(acl);
VALUES(block_cond);

/* As type_parse, for a type's own code: gives how many words, and in *good whether nothing was found. */
uint32_t value_parse(struct lang *lang, const struct sig *param, const struct word *words, uint32_t count, bool *good);

/* Sticky counters that HAProxy has unless tune.stick-counters says otherwise. Source: tried with 3.0 and 3.2. */
#define STICKY_COUNTERS 3

/* Checks the number of a sticky counter against how many there are. */
bool counter_check(struct lang *lang, int64_t number, struct span at);

/* Says of a word that HAProxy reads in part what it makes of it: it is kept as it is written. Gives true. */
bool number_cut(struct lang *lang, const struct word *word, const char *read);

/* Whether `text` is an IPv4 or IPv6 address (family 4, 6, or 0 for any). */
bool ip_parse(const char *text, uint32_t len, int family);

/* Whether `text` is an address or a network: 10.0.0.0/8, 10, 2001:db8::/32. */
bool net_parse(const char *text, uint32_t len);

/* What an address itself says of how it is spoken to. */
enum transport { TRANSPORT_UNSAID, TRANSPORT_STREAM, TRANSPORT_DGRAM, TRANSPORT_QUIC, TRANSPORT_REVERSE };

/* Gives what an address says; of several, as of bind, the first, but QUIC where one of them is. */
enum transport addr_transport(const char *text, uint32_t len);

/* Whether what bind listens on is one socket: no list, no range of ports. */
bool addr_is_one(const char *text, uint32_t len);

/* What a server's address leads to: a host of the Internet, the one that the client asked for (*), or this machine, by
 * a socket that has no port. *has_port: it has one of its own, neither 0 nor an offset (+80) from the client's. */
enum addr_target { ADDR_TARGET_HOST, ADDR_TARGET_CLIENT, ADDR_TARGET_LOCAL };
enum addr_target addr_target(const char *text, uint32_t len, bool *has_port);

/* Whether it leads to a host, and has no port of its own. */
bool addr_lacks_port(const char *text, uint32_t len);

/* Whether `text` is a name that a resolver may be asked for. */
bool hostname_parse(const char *text, uint32_t len);

/* Compiles a regular expression as HAProxy does. */
bool regex_parse(struct lang *lang, const struct word *word, bool caseless);

#endif
