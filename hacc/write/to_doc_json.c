/* Rows of the table as JSON, for other programs. */
#include "hacc/base/json_arena.h"
#include "hacc/lang/sample.h"
#include "hacc/write/example.h"
#include "hacc/write/to_doc.h"

/* What rows are written in. */
static struct arena *heap;

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, json_string(text));
}

static json_t *add(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
    return value;
}

static void add_example(json_t *row, const struct doc_row *of)
{
    json_t *object = add(row, "example", json_object());
    struct example example;
    struct buf out;

    example_make(&example, heap, of->context, of->kw, of->version);
    set_text(object, "version", hap_version_names[of->version]);
    set_text(object, "cfg", arena_printf(heap, "%s%s%s", example.key, *example.words ? " " : "", example.words));
    if (example.section == CONTEXT_NONE)
        return;
    set_text(object, "section", contexts[example.section].name);
    buf_init_in(&out, heap);
    example_print_text(&example, &out);
    set_text(object, "text", buf_text(&out));
    buf_init_in(&out, heap);
    example_print_map(&example, &out);
    set_text(object, "map", buf_text(&out));
}

static void add_lists(json_t *row, const struct keyword *kw)
{
    json_t *in = add(row, "in", json_array()), *where;

    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (keyword_is_in(kw, (enum context_id)i))
            json_array_append_new(in, json_string(contexts[i].name));
    if (!kw->matrix)
        return;
    where = add(row, "where", json_array());
    for (unsigned i = 0; kw->matrix[i] && doc_place(i); i++)
        if (kw->matrix[i] == 'Y')
            json_array_append_new(where, json_string(doc_place(i)));
}

static void add_row(json_t *row, const struct doc_row *of)
{
    static const char *const repeats[] = {[REPEAT_ONCE] = "once", [REPEAT_LAST] = "last", [REPEAT_MANY] = "many"};
    const struct keyword *kw = of->kw;

    set_text(row, "keyword", kw->name);
    set_text(row, "context", contexts[of->context].name);
    add_lists(row, kw);
    set_text(row, "signature", kw->sig_text);
    set_text(row, "doc", kw->doc);
    set_text(row, "since", hap_version_names[kw->since]);
    set_text(row, "until", hap_version_names[kw->until]);
    set_text(row, "repeat", repeats[kw->repeat]);
    set_text(row, "negation", kw->negation);
    set_text(row, "alias", kw->alias);
    set_text(row, "build", kw->build);
    if (of->context == CONTEXT_CONVERTER)
        set_text(row, "from", sample_type_name((enum sample_type)kw->in_type));
    if (of->context == CONTEXT_CONVERTER || of->context == CONTEXT_FETCH)
        set_text(row, "to", sample_type_name((enum sample_type)kw->out_type));
    set_text(row, "matrix", kw->matrix);
    add_example(row, of);
}

void to_doc_json(const struct doc_row *rows, size_t count, struct arena *arena, struct buf *out)
{
    json_t *root, *list;

    heap = arena;
    json_arena_begin(arena);
    root = json_object();
    list = add(root, "rows", json_array());
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();

        json_array_append_new(list, row);
        add_row(row, &rows[i]);
    }
    json_print(root, JSON_INDENT(2), out);
    buf_putc(out, '\n');
    json_arena_end();
}
