/* Values of examples, the way from a section to an option, and how the result looks in YAML. */
#include "hacc/write/example_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

/* --- values --- */

static bool in_range(const struct sig *sig, int64_t value)
{
    return value >= sig->min && value <= sig->max;
}

static const char *number_in_range(struct maker *maker, const struct sig *sig, int64_t value)
{
    if (!in_range(sig, value))
        value = value < sig->min ? sig->min : sig->max;
    return arena_printf(maker->arena, "%" PRId64, value);
}

static const char *duration(struct maker *maker, const struct sig *sig)
{
    if (in_range(sig, 30000))
        return "30s";
    return arena_printf(maker->arena, "%sms", number_in_range(maker, sig, 30000));
}

/* One item of a list: a row of the context, with its arguments. */
static const char *list_item(struct maker *maker, enum context_id context)
{
    const struct keyword *kw = example_wanted_row(maker, context);
    struct example inner;

    example_make_row(&inner, maker->arena, kw ? kw : example_first_row(maker, context), maker->version);
    return inner.key;
}

static const char *symbol(struct maker *maker, const struct sig *sig)
{
    if (sig->type != TYPE_DEF && sig->arg == SYMBOL_SERVER)
        return "backend1/server1";
    return arena_printf(maker->arena, "%s1", symbol_names[sig->arg]);
}

const char *example_of_type(struct maker *maker, const struct sig *sig, bool *number)
{
    const struct type *type = &types[sig->type];

    *number = false;
    if (type->words)
        return type->words[0];
    switch ((int)sig->type) {
    case TYPE_DEF:
    case TYPE_OWN:
    case TYPE_REF:
    case TYPE_REFS:
        return symbol(maker, sig);
    case TYPE_LIST:
        return list_item(maker, (enum context_id)sig->arg);
    case TYPE_TIME:
    case TYPE_EXPLICIT_TIME:
        return duration(maker, sig);
    case TYPE_STR:
        return sig->max == INT64_MAX ? *type->example : arena_strndup(maker->arena, *type->example, (uint32_t)sig->max);
    case TYPE_SIZE:
        *number = !in_range(sig, 16384);
        return *number ? number_in_range(maker, sig, 16384) : "16k";
    default:
        break;
    }
    if (sig->min != INT64_MIN || sig->max != INT64_MAX || !type->example) {
        *number = true;
        return number_in_range(maker, sig, type->example ? strtoll(type->example[sig->arg], NULL, 10) : 10);
    }
    *number = !type->example[sig->arg][strspn(type->example[sig->arg], DIGITS)];
    return type->example[sig->arg];
}

/* --- the way to an option --- */

/* The first row of a context whose line takes rows of `inner`. */
static const struct keyword *row_with(const struct maker *maker, enum context_id outer, enum context_id inner)
{
    const struct context *ctx = &contexts[outer];

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (maker_has(maker, kw) && (sig_leads_to(kw->sig, inner) || sig_leads_to(kw->paren, inner)))
            return kw;
    }
    return NULL;
}

/* The contexts in the order in which an example is looked for: what takes most first, and defaults, where much is
 * refused unless the section has a name, last. */
static enum context_id nth_context(int n)
{
    static const enum context_id first[] = {CONTEXT_FRONTEND, CONTEXT_BACKEND};

    if (n < 2)
        return first[n];
    return n == CONTEXT_COUNT + 1 ? CONTEXT_DEFAULTS : (enum context_id)(n - 1);
}

enum context_id example_home(const struct example_step *line)
{
    bool front = keyword_is_in(line->kw, CONTEXT_FRONTEND), back = keyword_is_in(line->kw, CONTEXT_BACKEND);

    if (front && back && keyword_is_in(line->kw, CONTEXT_LISTEN))
        return CONTEXT_LISTEN;
    return front ? CONTEXT_FRONTEND : back ? CONTEXT_BACKEND : line->context;
}

const struct example_step *example_path(struct maker *maker, enum context_id context, const struct keyword *kw)
{
    struct example_step *steps[CONTEXT_COUNT] = {NULL};
    enum context_id queue[CONTEXT_COUNT];
    unsigned head = 0, count = 0;

    steps[context] = arena_zalloc(maker->arena, sizeof(**steps));
    *steps[context] = (struct example_step){NULL, context, kw};
    queue[count++] = context;
    if (context == CONTEXT_FETCH || context == CONTEXT_CONVERTER) /* parts of an expression */
        head = count;
    while (head < count && contexts[queue[head]].kind != CONTEXT_SECTION) {
        const struct example_step *inner = steps[queue[head++]];

        for (int n = 0; n <= CONTEXT_COUNT + 1; n++) {
            enum context_id outer = nth_context(n);
            const struct keyword *row = steps[outer] || (n > 1 && n <= CONTEXT_COUNT && outer == CONTEXT_DEFAULTS)
                                            ? NULL
                                            : row_with(maker, outer, inner->context);

            if (!row)
                continue;
            steps[outer] = arena_zalloc(maker->arena, sizeof(**steps));
            *steps[outer] = (struct example_step){inner, outer, row};
            queue[count++] = outer;
        }
    }
    for (unsigned i = 0; i < count; i++)
        if (contexts[queue[i]].kind == CONTEXT_SECTION)
            return steps[queue[i]];
    steps[context]->context = CONTEXT_NONE;
    return steps[context];
}

/* --- YAML --- */

#define SAFE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS " _./:+=^-()$"

/* Whether YAML reads a text as just that, in a map too. */
static bool is_plain(const char *text)
{
    static const char *const others[] = {"true", "false", "null", "default"};
    size_t len = strlen(text), digits = strspn(text, DIGITS);

    if (!len || strspn(text, SAFE) != len || *text == ' ' || text[len - 1] == ':' || strstr(text, ": "))
        return false;
    if (digits < len && text[digits] == '.')
        digits += 1 + strspn(text + digits + 1, DIGITS);
    if (digits == len)
        return false;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (strcmp(text, others[i]) == 0)
            return false;
    return *text != ':' && (*text != '-' || text[1] != ' ');
}

static void print_scalar(const char *text, struct buf *out)
{
    if (is_plain(text)) {
        buf_puts(out, text);
        return;
    }
    buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
    buf_putc(out, '"');
}

static void print_value(const struct example_value *value, struct buf *out)
{
    switch (value->kind) {
    case EXAMPLE_TRUE:
        buf_puts(out, "true");
        break;
    case EXAMPLE_NUMBER:
        buf_puts(out, value->text);
        break;
    case EXAMPLE_TEXT:
        print_scalar(value->text, out);
        break;
    case EXAMPLE_MAP:
        buf_putc(out, '{');
        for (const struct example_value *item = value->first; item; item = item->next) {
            print_scalar(item->key, out);
            buf_puts(out, ": ");
            print_value(item, out);
            if (item->next)
                buf_puts(out, ", ");
        }
        buf_putc(out, '}');
        break;
    }
}

void example_print_map(const struct example *example, struct buf *out)
{
    print_scalar(example->value->key, out);
    buf_puts(out, ": ");
    print_value(example->value, out);
}

void example_print_text(const struct example *example, struct buf *out)
{
    if (example->literal) {
        example_print_map(example, out);
        return;
    }
    print_scalar(example->key, out);
    buf_puts(out, ": ");
    if (*example->words)
        print_scalar(example->words, out);
    else
        buf_puts(out, "true");
}
