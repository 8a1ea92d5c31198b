/* Commands of GitHub's workflows: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
#include "hacc/write/to_findings.h"

/* Appends a message, or (property) a value before it, with what would end it as %XX. */
static void escaped(struct buf *out, const char *text, bool property)
{
    struct buf clean;

    buf_init_in(&clean, out->arena);
    diag_visible(&clean, text, strlen(text));
    for (size_t i = 0; i < clean.len; i++) {
        char c = clean.data[i];

        if (c == '%' || (property && (c == ':' || c == ',')))
            buf_printf(out, "%%%02X", (unsigned)c);
        else
            buf_putc(out, c);
    }
}

static void finding(const struct diag *diag, const struct sources *sources, struct buf *out)
{
    static const char *const commands[] = {"notice", "warning", "error"};
    struct source *source = sources->at[diag->at[0].src];

    buf_printf(out, "::%s ", commands[diag->severity]);
    if (source) {
        struct place from = source_place(source, diag->at[0].off);
        struct place to = source_place(source, diag->at[0].off + diag->at[0].len);

        buf_puts(out, "file=");
        escaped(out, source->name, true);
        buf_printf(out, ",line=%u,endLine=%u,", from.line, to.line);
        if (from.line == to.line) /* GitHub knows columns within a line alone */
            buf_printf(out, "col=%u,endColumn=%u,", from.column, to.column);
    }
    buf_printf(out, "title=%s::", rule_get(diag->rule)->id);
    escaped(out, diag->msg, false);
    if (diag->help) {
        buf_puts(out, "%0Ahelp: ");
        escaped(out, diag->help, false);
    }
    buf_putc(out, '\n');
}

static void begin(const struct findings_sum *sum, struct buf *out)
{
    (void)sum;
    (void)out;
}

static void piece(const struct findings *findings, struct buf *out)
{
    for (uint32_t i = 0; i < findings->diags->count; i++)
        if (findings->diags->at[i].fate == DIAG_NEW)
            finding(&findings->diags->at[i], findings->sources, out);
}

static void end(const struct findings_sum *sum, bool pieces, struct buf *out)
{
    (void)pieces;
    if (sum->dropped)
        buf_printf(out, "::notice title=hacc::%u more findings are not shown\n", sum->dropped);
}

const struct findings_format findings_github = {"github", begin, piece, end, "", false};
