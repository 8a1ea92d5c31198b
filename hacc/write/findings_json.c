#include "hacc/write/edits.h"
#include "hacc/write/to_findings.h"

#include "hacc/base/json_arena.h"

/* {"file": …, "line": …, "column": …, "endLine": …, "endColumn": …} */
static json_t *place(const struct findings *findings, struct span at)
{
    struct source *source = findings->sources->at[at.src];
    struct place from, to;

    if (!source)
        return json_pack("{s:n,s:n,s:n,s:n,s:n}", "file", "line", "column", "endLine", "endColumn");
    from = source_place(source, at.off);
    to = source_place(source, at.off + at.len);
    return json_pack("{s:o,s:i,s:i,s:i,s:i}", "file", json_clean(source->name), "line", (int)from.line, "column",
                     (int)from.column, "endLine", (int)to.line, "endColumn", (int)to.column);
}

static json_t *related(const struct findings *findings, const struct diag *diag)
{
    json_t *list = json_array();

    for (int i = 0; (i = diag_next_place(diag, i));) {
        json_t *other = place(findings, diag->at[i]);

        json_object_set_new(other, "message", json_clean(diag->label[i]));
        json_array_append_new(list, other);
    }
    return list;
}

static json_t *fix(const struct findings *findings, const struct fix *fix)
{
    json_t *change, *text = fix ? json_string(fix->text) : NULL; /* not cleaned: it is to be written as it is */

    if (!text) /* no fix, or bytes that are no characters */
        return json_null();
    change = place(findings, edit_place(fix, findings->sources->at[fix->at.src]));
    json_object_set_new(change, "text", text);
    return json_pack("{s:[o]}", "replacements", change);
}

static json_t *finding(const struct findings *findings, const struct diag *diag)
{
    json_t *object = place(findings, diag->at[0]);

    json_object_set_new(object, "severity", json_string(severity_name(diag->severity)));
    json_object_set_new(object, "rule", json_string(rule_get(diag->rule)->id));
    json_object_set_new(object, "message", json_clean(diag->msg));
    json_object_set_new(object, "help", diag->help ? json_clean(diag->help) : json_null());
    json_object_set_new(object, "known", json_boolean(diag->fate == DIAG_KNOWN));
    json_object_set_new(object, "fix", fix(findings, diag->fix));
    json_object_set_new(object, "related", related(findings, diag));
    return object;
}

static void begin(const struct findings_sum *sum, struct buf *out)
{
    (void)sum;
    buf_puts(out, "{\"findings\": [\n");
}

static void piece(const struct findings *findings, struct buf *out)
{
    const struct diags *diags = findings->diags;
    size_t start = out->len;

    json_arena_begin(diags->arena);
    for (uint32_t i = 0; i < diags->count; i++) {
        if (diags->at[i].fate == DIAG_IGNORED)
            continue;
        buf_puts(out, out->len > start ? ",\n" : "");
        json_print(finding(findings, &diags->at[i]), 0, out);
    }
    json_arena_end();
}

static void end(const struct findings_sum *sum, bool pieces, struct buf *out)
{
    buf_printf(out, "%s], \"errors\": %u, \"warnings\": %u, \"infos\": %u, \"notShown\": %u, ", pieces ? "\n" : "",
               sum->errors, sum->warnings, sum->infos, sum->dropped);
    buf_printf(out, "\"known\": %u, \"ignored\": %u, \"fixed\": %u, \"mended\": %u}\n", sum->known, sum->ignored,
               sum->fixed, sum->mended);
}

const struct findings_format findings_json = {"json", begin, piece, end, ",\n", false};
