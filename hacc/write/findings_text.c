#include "hacc/write/to_findings.h"

static void begin(const struct findings_sum *sum, struct buf *out)
{
    (void)sum;
    (void)out;
}

static void piece(const struct findings *findings, struct buf *out)
{
    diags_print(findings->diags, findings->sources, (struct diag_style){.color = findings->color, .fixes = true}, out);
}

static void count(struct buf *out, uint32_t number, const char *what)
{
    buf_printf(out, "%u %s%s", number, what, number == 1 ? "" : "s");
}

static void end(const struct findings_sum *sum, bool pieces, struct buf *out)
{
    (void)pieces;
    count(out, sum->errors, "error");
    buf_puts(out, ", ");
    count(out, sum->warnings, "warning");
    if (sum->infos)
        buf_printf(out, ", %u info", sum->infos);
    if (sum->known)
        buf_printf(out, ", %u in the baseline", sum->known);
    if (sum->ignored)
        buf_printf(out, ", %u ignored", sum->ignored);
    if (sum->mended)
        buf_printf(out, ", %u mended", sum->mended);
    buf_putc(out, '\n');
    for (const struct findings_fixed *gone = sum->gone; gone; gone = gone->next)
        buf_printf(out, "%s: fixed since the baseline [%s]: %s\n", gone->file, gone->rule, gone->message);
}

const struct findings_format findings_text = {"text", begin, piece, end, "", false};
