#include "hacc/check/regex_tree.h"

#include <ctype.h>

/* Groups inside groups. */
#define DEPTH_MAX 20

/* Nested repeats are not written out beyond this. */
#define TEXT_ENOUGH 4096

struct reader {
    struct arena *arena;
    const char *at, *end;
    struct regex_tree *tree;
    unsigned depth; /* groups around */
    bool failed;
};

static struct regex_node *new_node(struct reader *reader, enum regex_kind kind)
{
    struct regex_node *node = arena_zalloc(reader->arena, sizeof(*node));

    node->kind = (uint8_t)kind;
    return node;
}

static struct regex_node *new_char(struct reader *reader, char sample)
{
    struct regex_node *node = new_node(reader, REGEX_CHAR);

    node->sample = sample;
    return node;
}

/* Gives a character that \X matches; '\0': it is an anchor, or is not followed. */
static char escape_sample(char c)
{
    switch (c) {
    case 'w':
    case 'S':
    case 'D':
    case 'N':
        return 'a';
    case 'd':
        return '0';
    case 's':
    case 'h':
        return ' ';
    case 'W':
        return '-';
    case 't':
        return '\t';
    default:
        return isalnum((unsigned char)c) ? '\0' : c;
    }
}

static struct regex_node *read_escape(struct reader *reader)
{
    char c = reader->at + 1 < reader->end ? reader->at[1] : '\0', sample = escape_sample(c);

    reader->at += 2;
    if (sample)
        return new_char(reader, sample);
    if (!c || !strchr("bBAzZG", c))
        reader->failed = true;
    return new_node(reader, REGEX_EMPTY);
}

/* Whether an item of a class, at `at`, has the character; moves behind it. */
static bool item_has(const char **at, const char *end, char c)
{
    const char *item = *at;
    bool has = false;

    if (*item == '\\' && item + 1 < end) {
        char sample = escape_sample(item[1]);

        *at += 2;
        if (item[1] == 'w')
            return isalnum((unsigned char)c) || c == '_';
        if (item[1] == 'd')
            return isdigit((unsigned char)c);
        return sample == c;
    }
    if (item[0] == '[' && item + 1 < end && item[1] == ':') { /* [:alpha:] */
        while (*at < end && **at != ']')
            ++*at;
        *at += *at < end;
        return isalpha((unsigned char)c) && (memcmp(item, "[:al", 4) == 0 || memcmp(item, "[:lo", 4) == 0);
    }
    if (item + 2 < end && item[1] == '-' && item[2] != ']') {
        has = c >= item[0] && c <= item[2];
        *at += 3;
        return has;
    }
    ++*at;
    return *item == c;
}

/* [abc]: the first of some characters that it has. */
static struct regex_node *read_class(struct reader *reader)
{
    static const char candidates[] = "a0A-/ _.:b1B,=&?+~%@";
    const char *from = reader->at + 1, *at = from;
    bool negated = from < reader->end && *from == '^';
    char sample = '\0';

    from += negated;
    for (size_t i = 0; i < sizeof(candidates) - 1; i++) {
        bool has = false;

        for (at = from; at < reader->end && (*at != ']' || at == from);)
            has |= item_has(&at, reader->end, candidates[i]);
        if (has != negated && !sample)
            sample = candidates[i];
    }
    reader->at = at + (at < reader->end);
    if (!sample && from < reader->end)
        sample = negated ? '\0' : *from;
    reader->failed |= !sample;
    return new_char(reader, sample);
}

static struct regex_node *read_choice(struct reader *reader);

/* Passes over `?:`, `?i:`, `?<name>`, `?P<name>`; false where the group is of a kind that is not followed. *look: it
 * matches nothing itself. */
static bool read_group_kind(struct reader *reader, bool *look)
{
    if (reader->at == reader->end || *reader->at == '*')
        return reader->at != reader->end && *reader->at != '*';
    if (*reader->at != '?')
        return true;
    reader->at++;
    if (reader->at + 1 < reader->end && *reader->at == '<' && strchr("=!", reader->at[1]))
        reader->at++;
    if (reader->at < reader->end && strchr("=!", *reader->at)) {
        *look = true;
        reader->at++;
        return true;
    }
    if (reader->at < reader->end && strchr("<P'", *reader->at)) {
        char close = *reader->at == '\'' ? '\'' : '>';

        reader->at++;
        while (reader->at < reader->end && *reader->at != close && *reader->at != ')')
            reader->at++;
        return reader->at < reader->end && *reader->at++ == close;
    }
    while (reader->at < reader->end && strchr("imsx-", *reader->at))
        reader->at++;
    if (reader->at < reader->end && *reader->at == ':')
        reader->at++;
    else if (reader->at == reader->end || *reader->at != ')')
        return false; /* atomic groups, conditions, recursion */
    return true;
}

static struct regex_node *read_group(struct reader *reader)
{
    struct regex_node *node;
    bool look = false;

    reader->at++;
    if (++reader->depth > DEPTH_MAX || !read_group_kind(reader, &look)) {
        reader->failed = true;
        return new_node(reader, REGEX_EMPTY);
    }
    node = read_choice(reader);
    reader->depth--;
    reader->at += reader->at < reader->end; /* the ) */
    return look ? new_node(reader, REGEX_EMPTY) : node;
}

static struct regex_node *read_one(struct reader *reader)
{
    switch (*reader->at) {
    case '\\':
        return read_escape(reader);
    case '[':
        return read_class(reader);
    case '(':
        return read_group(reader);
    case '^':
    case '$':
        reader->at++;
        return new_node(reader, REGEX_EMPTY);
    case '.':
        reader->at++;
        return new_char(reader, 'a');
    default:
        return new_char(reader, *reader->at++);
    }
}

/* {2}, {2,}, {2,5}; false where the brace stands for itself. */
static bool read_bounds(struct reader *reader, uint32_t *min, bool *unbounded)
{
    const char *at = reader->at + 1;
    uint32_t number = 0;

    if (at == reader->end || !isdigit((unsigned char)*at))
        return false;
    for (; at < reader->end && isdigit((unsigned char)*at) && number < 100000; at++)
        number = 10 * number + (uint32_t)(*at - '0');
    *min = number;
    *unbounded = at + 1 < reader->end && *at == ',' && at[1] == '}';
    while (at < reader->end && (*at == ',' || isdigit((unsigned char)*at)))
        at++;
    if (at == reader->end || *at != '}')
        return false;
    reader->at = at + 1;
    return true;
}

static bool has_choice(const struct regex_node *node)
{
    bool has = node->kind == REGEX_CHOICE;

    for (const struct regex_node *child = node->child; child && !has; child = child->next)
        has = has_choice(child);
    return has;
}

static bool has_unbounded(const struct regex_node *node)
{
    bool has = node->kind == REGEX_REPEAT && node->unbounded;

    for (const struct regex_node *child = node->child; child && !has; child = child->next)
        has = has_unbounded(child);
    return has;
}

/* What is repeated, and how often. */
static struct regex_node *read_repeat(struct reader *reader, struct regex_node *body)
{
    struct regex_node *node;
    uint32_t min = 0;
    bool unbounded = true;

    if (reader->at == reader->end || !strchr("*+?{", *reader->at))
        return body;
    if (*reader->at == '{') {
        if (!read_bounds(reader, &min, &unbounded))
            return body;
    } else {
        min = *reader->at == '+';
        unbounded = *reader->at != '?';
        reader->at++;
    }
    if (reader->at < reader->end && *reader->at == '+') { /* possessive: what it has taken it never gives back */
        reader->at++;
        unbounded = false;
    } else if (reader->at < reader->end && *reader->at == '?') {
        reader->at++;
    }
    node = new_node(reader, REGEX_REPEAT);
    node->child = body;
    node->min = min;
    node->unbounded = unbounded;
    body->parent = node;
    if (unbounded) {
        reader->tree->nested |= has_unbounded(body) || has_choice(body);
        reader->tree->unbounded++;
        node->next_repeat = reader->tree->repeats;
        reader->tree->repeats = node;
    }
    return node;
}

static struct regex_node *read_cat(struct reader *reader)
{
    struct regex_node *cat = new_node(reader, REGEX_CAT), **tail = &cat->child;

    while (reader->at < reader->end && !reader->failed && *reader->at != '|' && *reader->at != ')') {
        struct regex_node *node = read_repeat(reader, read_one(reader));

        node->parent = cat;
        *tail = node;
        tail = &node->next;
    }
    return cat;
}

static struct regex_node *read_choice(struct reader *reader)
{
    struct regex_node *first = read_cat(reader), *choice, **tail;

    if (reader->failed || reader->at == reader->end || *reader->at != '|')
        return first;
    choice = new_node(reader, REGEX_CHOICE);
    choice->child = first;
    first->parent = choice;
    tail = &first->next;
    while (reader->at < reader->end && !reader->failed && *reader->at == '|') {
        reader->at++;
        *tail = read_cat(reader);
        (*tail)->parent = choice;
        tail = &(*tail)->next;
    }
    return choice;
}

bool regex_read(struct arena *arena, const char *pattern, uint32_t len, struct regex_tree *tree)
{
    struct reader reader = {.arena = arena, .at = pattern, .end = pattern + len, .tree = tree};

    *tree = (struct regex_tree){NULL, NULL, 0, false};
    tree->root = read_choice(&reader);
    return !reader.failed && reader.at == reader.end;
}

void regex_sample(const struct regex_node *node, unsigned choice, struct buf *out)
{
    const struct regex_node *child = node->child;

    switch ((enum regex_kind)node->kind) {
    case REGEX_EMPTY:
        return;
    case REGEX_CHAR:
        buf_putc(out, node->sample);
        return;
    case REGEX_CHOICE:
        for (unsigned i = 0; i < choice && child->next; i++)
            child = child->next;
        regex_sample(child, choice, out);
        return;
    case REGEX_REPEAT: /* an odd choice leaves out what may be left out */
        for (uint32_t i = 0; i < (node->min ? node->min : choice % 2 == 0) && i < 8 && out->len < TEXT_ENOUGH; i++)
            regex_sample(child, choice, out);
        return;
    case REGEX_CAT:
        for (; child; child = child->next)
            regex_sample(child, choice, out);
        return;
    }
}

void regex_prefix(const struct regex_node *node, struct buf *out)
{
    const struct regex_node *parent = node->parent;

    if (!parent)
        return;
    regex_prefix(parent, out);
    if (parent->kind != REGEX_CAT)
        return;
    for (const struct regex_node *child = parent->child; child != node; child = child->next)
        regex_sample(child, 1, out);
}

void regex_suffix(const struct regex_node *node, struct buf *out)
{
    const struct regex_node *parent = node->parent;

    if (!parent)
        return;
    for (const struct regex_node *child = node->next; child && parent->kind == REGEX_CAT; child = child->next)
        regex_sample(child, 1, out);
    regex_suffix(parent, out);
}
