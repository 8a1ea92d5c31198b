#include "hacc/write/to_doc.h"

#include "hacc/lang/sample.h"
#include "hacc/write/example.h"

#include <stdio.h>
#include <string.h>

#define LABEL "  %-12s "
#define WIDTH 100 /* of lists, in bytes */

/* What becomes of a row that comes again. */
static const char *repeat(const struct keyword *kw)
{
    switch ((enum repeat)kw->repeat) {
    case REPEAT_ONCE:
        return "a second one is refused";
    case REPEAT_LAST:
        return "the last one counts";
    case REPEAT_MANY:
        return "each one counts";
    }
    return "";
}

/* Source: the head of what haproxy -dKall prints of sample fetches. */
const char *doc_place(unsigned at)
{
    static const char *const places[] = {
        "frontend tcp-request connection",
        "frontend tcp-request session",
        "frontend tcp-request content",
        "frontend http-request",
        "frontend http-request, with the body",
        "frontend use_backend",
        "backend tcp-request content",
        "backend http-request",
        "backend http-request, with the body",
        "backend use-server, balance, stick",
        "a server's source address",
        "backend tcp-response content",
        "backend http-response",
        "backend http-response, with the body",
        "backend stick store-response",
        "frontend tcp-response content",
        "frontend http-response",
        "frontend http-response, with the body",
        "logs",
        "backend tcp-check, http-check",
        "set-var in global, .if",
        "the Runtime API",
    };

    return at < sizeof(places) / sizeof(*places) ? places[at] : NULL;
}

/* Words of a list, folded below each other behind a label. */
struct list {
    struct buf *out;
    const char *label;
    size_t line; /* bytes in this line; 0: none yet */
};

static void list_add(struct list *list, const char *text)
{
    size_t len = strlen(text);

    if (!list->line)
        buf_printf(list->out, LABEL "%s", list->label, text);
    else if (list->line + len + 2 > WIDTH)
        buf_printf(list->out, ",\n" LABEL "%s", "", text);
    else
        buf_printf(list->out, ", %s", text);
    list->line = list->line && list->line + len + 2 <= WIDTH ? list->line + len + 2 : 15 + len;
}

static void list_end(struct list *list)
{
    if (list->line)
        buf_putc(list->out, '\n');
    list->line = 0;
}

static void add_contexts(const struct keyword *kw, struct buf *out)
{
    struct list list = {out, "in", 0};

    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (keyword_is_in(kw, (enum context_id)i))
            list_add(&list, contexts[i].name);
    list_end(&list);
}

static void add_versions(const struct keyword *kw, struct buf *out)
{
    buf_printf(out, LABEL "%s", "HAProxy", hap_version_names[kw->since]);
    if (kw->until == HAP_NEWEST)
        buf_puts(out, kw->since == HAP_NEWEST ? "\n" : " and later\n");
    else
        buf_printf(out, kw->until == kw->since ? "\n" : " to %s\n", hap_version_names[kw->until]);
}

static void add_places(const struct keyword *kw, struct buf *out)
{
    struct list list = {out, "has a value", 0};

    for (unsigned i = 0; kw->matrix && kw->matrix[i] && doc_place(i); i++)
        if (kw->matrix[i] == 'Y')
            list_add(&list, doc_place(i));
    list_end(&list);
}

/* What a row needs: "a|b" is a or b. */
static void add_need(struct list *list, const char *need)
{
    const char *other = strchr(need, '|');
    char text[100];

    snprintf(text, sizeof(text), "%.*s%s%s", other ? (int)(other - need) : (int)strlen(need), need, other ? " or " : "",
             other ? other + 1 : "");
    list_add(list, text);
}

static void add_facts(const struct keyword *kw, enum context_id context, struct buf *out)
{
    struct list needs = {out, "needs", 0};

    add_contexts(kw, out);
    add_versions(kw, out);
    if (context == CONTEXT_CONVERTER)
        buf_printf(out, LABEL "%s to %s\n", "turns", sample_type_name((enum sample_type)kw->in_type),
                   sample_type_name((enum sample_type)kw->out_type));
    else if (context == CONTEXT_FETCH)
        buf_printf(out, LABEL "%s\n", "gives", sample_type_name((enum sample_type)kw->out_type));
    add_places(kw, out);
    if (kw->alias)
        buf_printf(out, LABEL "%s\n", "stands for", kw->alias);
    if (contexts[context].kind == CONTEXT_SECTION)
        buf_printf(out, LABEL "%s\n", "again", repeat(kw));
    if (kw->negation)
        buf_printf(out, LABEL "%s\n", "false", kw->negation);
    if (kw->flags & KW_DEFAULT)
        buf_printf(out, LABEL "default %s\n", "default", kw->name);
    for (const char *const *need = kw->require; need && *need; need++)
        add_need(&needs, *need);
    list_end(&needs);
    if (kw->build)
        buf_printf(out, LABEL "%s, which a build of HAProxy may lack\n", "build", kw->build);
}

/* The words of an enumeration, or the rows of a context. */
static void add_words(const struct sig *sig, enum hap_version version, struct buf *out)
{
    struct list list = {out, "", 0};
    const struct context *ctx = sig->kind == SIG_CONTEXT ? &contexts[sig->context]
                                : sig->type == TYPE_LIST ? &contexts[sig->arg]
                                                         : NULL;

    for (const char *const *word = ctx ? NULL : types[sig->type].words; word && *word; word++)
        list_add(&list, *word);
    for (unsigned i = 0; ctx && i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (version >= (enum hap_version)kw->since && version <= (enum hap_version)kw->until)
            list_add(&list, kw->name);
    }
    list_end(&list);
}

/* What the parameters of a signature are. */
static void add_parameters(uint16_t at, enum hap_version version, struct arena *arena, struct buf *out)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        bool named = sig->type == TYPE_REF || sig->type == TYPE_REFS || sig->type == TYPE_DEF || sig->type == TYPE_OWN;

        if (sig->kind == SIG_PARAM) {
            buf_printf(out, LABEL "%s%s%s\n", arena_printf(arena, "<%s>", sig->text), types[sig->type].doc,
                       named ? ": " : "", named ? symbol_names[sig->arg] : "");
            add_words(sig, version, out);
        } else if (sig->kind == SIG_CONTEXT) {
            buf_printf(out, LABEL "%s\n", arena_printf(arena, "@%s", contexts[sig->context].name),
                       contexts[sig->context].doc);
            add_words(sig, version, out);
        }
        add_parameters(sig->first, version, arena, out);
        add_parameters(sig->paren, version, arena, out);
    }
}

static void add_example(const struct example *example, struct buf *out)
{
    const struct context *section = &contexts[example->section];
    const char *blank = *example->words ? " " : "";

    if (example->section == CONTEXT_NONE) {
        buf_printf(out, "\nfor example\n    %s%s%s\n", example->key, blank, example->words);
        return;
    }
    buf_printf(out, "\nhaproxy.cfg, in %s\n    %s%s%s\nYAML, in %s\n    ", section->name, example->key, blank,
               example->words, section->key);
    if (!example->literal && example->value->kind != EXAMPLE_TRUE) {
        example_print_text(example, out);
        buf_puts(out, "\n    ");
    }
    if (example->value->kind == EXAMPLE_TRUE)
        example_print_text(example, out);
    else
        example_print_map(example, out);
    buf_putc(out, '\n');
}

void to_doc_row(const struct keyword *kw, enum context_id context, enum hap_version version, struct arena *arena,
                struct buf *out)
{
    struct example example;

    buf_printf(out, "%s '%s'\n\n    %s", contexts[context].what, kw->name, kw->name);
    buf_printf(out, "%s%s\n\n%s\n\n", *kw->sig_text && *kw->sig_text != '(' ? " " : "",
               strcmp(kw->sig_text, "()") == 0 ? "" : kw->sig_text, kw->doc);
    add_facts(kw, context, out);
    add_parameters(kw->paren, version, arena, out);
    add_parameters(kw->sig, version, arena, out);
    example_make(&example, arena, context, kw, version);
    add_example(&example, out);
}

void to_doc_type(enum type_id type, struct buf *out)
{
    struct sig sig = {.kind = SIG_PARAM, .type = (uint8_t)type};

    buf_printf(out, "value <…:%s>\n\n%s\n", types[type].name, types[type].doc);
    add_words(&sig, HAP_NEWEST, out);
}

void to_doc_contexts(struct buf *out)
{
    for (int kind = CONTEXT_SECTION; kind <= CONTEXT_OPTIONS; kind++) {
        buf_puts(out, kind == CONTEXT_SECTION ? "sections\n" : "\nwhat stands in their lines\n");
        for (int i = 1; i < CONTEXT_COUNT; i++)
            if (contexts[i].kind == kind)
                buf_printf(out, "  %-24s%s\n", contexts[i].name, contexts[i].doc);
    }
}

/* The rows of a context whose name begins with `start`, each name once. */
static void add_names(struct list *list, enum context_id context, const char *start, int version)
{
    const struct context *ctx = &contexts[context];
    const char *last = "";

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if ((version >= 0 && (version < kw->since || version > kw->until)) || strcmp(kw->name, last) == 0 ||
            strncmp(kw->name, start, strlen(start)) != 0)
            continue;
        last = kw->name;
        list_add(list, kw->name);
    }
}

void to_doc_context(enum context_id context, int version, struct buf *out)
{
    struct list list = {out, "takes", 0};

    buf_printf(out, "%s%s\n\n%s\n\n", contexts[context].kind == CONTEXT_SECTION ? "section " : "",
               contexts[context].kind == CONTEXT_SECTION ? contexts[context].name : contexts[context].what,
               contexts[context].doc);
    add_names(&list, context, "", version);
    list_end(&list);
}

void to_doc_group(const char *name, int version, struct buf *out)
{
    size_t len = strlen(name);
    char start[64];

    if (len + 2 > sizeof(start))
        return;
    memcpy(start, name, len);
    memcpy(start + len, " ", 2);
    for (int i = 1; i < CONTEXT_COUNT; i++) {
        struct list list = {out, contexts[i].name, 0};

        add_names(&list, (enum context_id)i, start, version);
        list_end(&list);
    }
}
