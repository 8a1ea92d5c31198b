/* Compiles signatures. The notation (HACKING.md, "The signature notation"):
 *
 *   word            the word itself          <name:type args>   a value
 *   [ … ]           may stand                { a | b }          one of them
 *   item...         one or more              @context           one row of a context; @context... any, any
 * order word(a,b[,c])   arguments inside the word; a signature that begins with ( has them on the keyword
 * itself
 */
#include "grammar/model.h"
#include "grammar/rows.h"
#include "hacc/lang/grammar_enums.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct grammar *g;
    struct keyword_row *row;
    const char *at;
    unsigned depth;
};

static unsigned parse_sequence(struct parser *p, const char *stops);

static unsigned node_add(struct parser *p, int kind)
{
    struct grammar *g = p->g;

    g->nodes = realloc(g->nodes, (g->node_count + 2) * sizeof(*g->nodes));
    if (!g->nodes)
        abort();
    if (!g->node_count)
        g->node_count = 1;
    memset(&g->nodes[g->node_count], 0, sizeof(*g->nodes));
    g->nodes[g->node_count].kind = kind;
    g->nodes[g->node_count].min = INT64_MIN;
    g->nodes[g->node_count].max = INT64_MAX;
    return g->node_count++;
}

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ')
        p->at++;
}

static char *take_text(struct parser *p, const char *stops)
{
    size_t len = strcspn(p->at, stops);
    char *text = grammar_alloc(len + 1);

    memcpy(text, p->at, len);
    text[len] = '\0';
    p->at += len;
    return text;
}

static bool expect(struct parser *p, char c)
{
    skip_blanks(p);
    if (*p->at == c) {
        p->at++;
        return true;
    }
    grammar_fault(p->g, p->row, "expected '%c' at '%s'", c, p->at);
    p->at += strlen(p->at);
    return false;
}

/* "5", "1ms", "10s", "24d", "1k", "" (open) → milliseconds, bytes or a plain number */
static bool parse_bound(const char *text, size_t len, int64_t *value)
{
    static const struct {
        const char *unit;
        int64_t factor;
    } units[] = {{"", 1},         {"ms", 1},   {"s", 1000},    {"m", 60000},    {"h", 3600000},
                 {"d", 86400000}, {"k", 1024}, {"M", 1 << 20}, {"G", 1LL << 30}};
    char *end;
    long long number;

    if (!len)
        return true;
    number = strtoll(text, &end, 10);
    if (end == text)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        size_t unit_len = strlen(units[i].unit);

        if ((size_t)(text + len - end) == unit_len && strncmp(end, units[i].unit, unit_len) == 0) {
            *value = number * units[i].factor;
            return true;
        }
    }
    return false;
}

static int find_word(char **words, unsigned count, const char *word)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

/* One blank-separated argument of a type: a range, a @context, or what the type's row says it takes. */
static void parse_type_arg(struct parser *p, unsigned node, const char *arg)
{
    static char *units[] = {(char *)"us", (char *)"ms", (char *)"s", (char *)"m", (char *)"h", (char *)"d"};
    struct node_row *n = &p->g->nodes[node];
    const struct type_row *type = &p->g->types[n->type];
    const char *dots = strstr(arg, "..");
    int found;

    if (dots) {
        if (!parse_bound(arg, (size_t)(dots - arg), &n->min) || !parse_bound(dots + 2, strlen(dots + 2), &n->max))
            grammar_fault(p->g, p->row, "bad range '%s'", arg);
    } else if (*arg == '@') {
        if ((found = grammar_context(p->g, arg + 1)) < 0)
            grammar_fault(p->g, p->row, "no context '%s'", arg + 1);
        else
            n->arg = (unsigned)found;
    } else if (type->atol && strcmp(arg, "atol") == 0) {
        n->atol = true;
    } else if (type->arg && strcmp(type->arg, "symbol") == 0) {
        unsigned symbol = grammar_symbol(p->g, arg);

        p->g->nodes[node].arg = symbol;
    } else if (type->arg && strcmp(type->arg, "unit") == 0 && (found = find_word(units, 6, arg)) >= 0) {
        n->unit = (unsigned)found;
    } else if ((found = find_word(type->profiles, type->profiles_count, arg)) >= 0) {
        n->arg = (unsigned)found + 1;
    } else {
        grammar_fault(p->g, p->row, "type '%s' takes no '%s'", type->type, arg);
    }
}

/* <name:type arg arg> */
static unsigned parse_param(struct parser *p)
{
    unsigned node = node_add(p, SIG_PARAM);
    char *type, *arg;
    int found;

    p->at++;
    p->g->nodes[node].text = take_text(p, ":>");
    if (!expect(p, ':'))
        return node;
    type = take_text(p, " >");
    if ((found = grammar_type(p->g, type)) < 0) {
        grammar_fault(p->g, p->row, "no type '%s'", type);
        found = 0;
    }
    p->g->nodes[node].type = (unsigned)found;
    p->g->nodes[node].unit = 1; /* ms */
    for (skip_blanks(p); *p->at && *p->at != '>'; skip_blanks(p)) {
        arg = take_text(p, " >");
        if (found)
            parse_type_arg(p, node, arg);
    }
    expect(p, '>');
    return node;
}

/* (a,b[,c]) with p->at behind the parenthesis. Commas only separate. */
static unsigned parse_paren(struct parser *p)
{
    unsigned first;

    p->depth++;
    first = parse_sequence(p, ")");
    p->depth--;
    expect(p, ')');
    return first;
}

static unsigned parse_choice(struct parser *p)
{
    unsigned choice = node_add(p, SIG_CHOICE), last = 0;

    do {
        unsigned alternative = node_add(p, SIG_SEQUENCE), first;

        p->at++;
        first = parse_sequence(p, "|}");
        p->g->nodes[alternative].first = first;
        if (last)
            p->g->nodes[last].next = alternative;
        else
            p->g->nodes[choice].first = alternative;
        last = alternative;
        skip_blanks(p);
    } while (*p->at == '|');
    expect(p, '}');
    return choice;
}

static unsigned parse_atom(struct parser *p)
{
    unsigned node, inner;
    char *text;
    int found;

    switch (*p->at) {
    case '<':
        return parse_param(p);
    case '{':
        return parse_choice(p);
    case '[':
        node = node_add(p, SIG_OPTIONAL);
        p->at++;
        inner = parse_sequence(p, "]");
        p->g->nodes[node].first = inner;
        expect(p, ']');
        return node;
    case '@':
        p->at++;
        text = take_text(p, " ]}|).");
        node = node_add(p, SIG_CONTEXT);
        if ((found = grammar_context(p->g, text)) < 0)
            grammar_fault(p->g, p->row, "no context '%s'", text);
        else
            p->g->nodes[node].context = (unsigned)found;
        return node;
    default:
        node = node_add(p, SIG_WORD);
        text = take_text(p, p->depth ? " <>[]{}|()@," : " <>[]{}|()@");
        if (strlen(text) > 3 && strcmp(text + strlen(text) - 3, "...") == 0) {
            text[strlen(text) - 3] = '\0';
            p->at -= 3;
        }
        p->g->nodes[node].text = text;
        if (!*text) {
            grammar_fault(p->g, p->row, "unexpected '%s'", p->at);
            p->at += strlen(p->at);
        }
        if (*p->at == '(') {
            p->at++;
            inner = parse_paren(p);
            p->g->nodes[node].paren = inner;
        }
        return node;
    }
}

/* Items up to one of `stops` or the end; gives the first node, 0 where there is none. */
static unsigned parse_sequence(struct parser *p, const char *stops)
{
    unsigned first = 0, last = 0;

    for (;;) {
        unsigned node;

        while (*p->at == ' ' || (p->depth && *p->at == ','))
            p->at++;
        if (!*p->at || strchr(stops, *p->at))
            return first;
        node = parse_atom(p);
        if (strncmp(p->at, "...", 3) == 0) {
            unsigned repeat = node_add(p, SIG_REPEAT);

            p->g->nodes[repeat].first = node;
            p->at += 3;
            node = repeat;
        }
        if (last)
            p->g->nodes[last].next = node;
        else
            first = node;
        last = node;
    }
}

void grammar_compile_sig(struct grammar *g, struct keyword_row *row)
{
    struct parser p = {g, row, row->sig ? row->sig : "", 0};

    if (*p.at == '(') {
        p.at++;
        row->paren_first = parse_paren(&p);
        if (!row->paren_first) /* "()" : parentheses may stand empty */
            row->paren_first = node_add(&p, SIG_SEQUENCE);
    }
    row->sig_first = parse_sequence(&p, "");
    if (*p.at)
        grammar_fault(g, row, "unexpected '%s'", p.at);
}
