/* Between yaml_explain.c (a value that YAML takes otherwise) and yaml_layout.c (lines that do not fit
 * together). */
#ifndef HACC_READ_YAML_EXPLAIN_H
#define HACC_READ_YAML_EXPLAIN_H

#include "hacc/read/yaml_front.h"

/* What libyaml found, from its message. */
enum trouble {
    TROUBLE_OTHER,
    TROUBLE_START,    /* a byte that cannot start anything */
    TROUBLE_COLON,    /* a ':' where no map can start */
    TROUBLE_NO_COLON, /* a key without ':' */
    TROUBLE_DASH,     /* a '-' where no list can start */
    TROUBLE_QUESTION, /* a '?' likewise */
    TROUBLE_NAME,     /* '*' or '&' without a name */
    TROUBLE_VALUE,    /* something else where a value should be */
    TROUBLE_IN_MAP,   /* something else where the next key should be */
    TROUBLE_IN_LIST,  /* something else where the next '-' should be */
    TROUBLE_IN_FLOW,  /* inside [ ] or { } */
    TROUBLE_BEHIND,   /* text behind the end of the document */
    TROUBLE_QUOTE,    /* a quote that does not close */
    TROUBLE_ESCAPE,
    TROUBLE_BLOCK, /* the line of a '|' or '>' */
    TROUBLE_TAB,
    TROUBLE_TAG,
    TROUBLE_DIRECTIVE
};

struct explain {
    const struct yaml_pass *pass;
    struct yaml_text *text;
    const char *data; /* of the source */
    struct yaml_fault *fault;
    enum trouble trouble;
    uint32_t at, from;     /* libyaml's problem mark and context mark */
    struct yaml_line line; /* of `at` */
};

/* Reports one finding at off, len and blames that place. Gives true, so that explaining ends. */
__attribute__((format(printf, 5, 6))) bool explain_say(struct explain *explain, uint32_t off, uint32_t len,
                                                       const char *help, const char *fmt, ...);

/* Adds a second place. */
void explain_place(struct explain *explain, uint32_t off, uint32_t len, const char *label);

/* Writes "write " and the bytes from..to in quotes. */
const char *explain_quote(const struct explain *explain, char *help, uint32_t from, uint32_t to);

/* Gives the outermost bracket open at the error and above its line, or NO_OFFSET. */
uint32_t explain_open_flow(const struct explain *explain);

/* Explains keys, items and indentation that do not fit. Gives false where it cannot tell. */
bool explain_layout(struct explain *explain);

/* Explains a tab before `at`. */
bool explain_tab(struct explain *explain);

#endif
