/* Findings in the forms that people and programs read. Each configuration becomes a piece of text; the pieces, with a
 * head before and an end behind them, are the output. */
#ifndef HACC_WRITE_TO_FINDINGS_H
#define HACC_WRITE_TO_FINDINGS_H

#include "hacc/base/diag.h"
#include "hacc/write/fingerprint.h"

/* What was found in one configuration. */
struct findings {
    const char *name;          /* of its first file, as the sources have it */
    const struct diags *diags; /* sorted */
    const struct sources *sources;
    const struct fingerprint *prints; /* as many as diags->count; NULL: nobody asked for them */
    bool understood;                  /* else what is missing may only be unread */
    bool compared;                    /* with a baseline */
    bool color;                       /* in text */
};

/* A finding of the baseline that is there no more. */
struct findings_fixed {
    const struct findings_fixed *next;
    const char *file, *rule, *message, *print; /* print: as fingerprint_text */
};

/* What was found in all configurations together. */
struct findings_sum {
    uint32_t errors, warnings, infos, known, ignored, fixed;
    uint32_t mended;                   /* by --fix: they are no more in these numbers */
    uint32_t dropped;                  /* of these, too many of one configuration to be kept */
    const struct findings_fixed *gone; /* `fixed` of them */
    bool understood, compared;
};

/* Whatever is made lives in the arena of the output; memory that runs out goes to its oom. */
struct findings_format {
    const char *name; /* as --format takes it */
    void (*begin)(const struct findings_sum *sum, struct buf *out);
    /* Appends a configuration's piece; nothing, where it has nothing to say. */
    void (*piece)(const struct findings *findings, struct buf *out);
    void (*end)(const struct findings_sum *sum, bool pieces, struct buf *out); /* pieces: there is text before it */
    const char *separator;                                                     /* between pieces that are not empty */
    bool prints;                                                               /* its pieces hold fingerprints */
};

extern const struct findings_format findings_text;
/* One JSON object, a finding a line:
 *
 *   {"findings": [
 *   {"file": …, "line": …, "column": …, "endLine": …, "endColumn": …, "severity": "error" | "warning" | "info",
 *    "rule": …, "message": …, "help": … or null, "known": whether it stands in the baseline,
 *    "fix": {"replacements": [{"file": …, …, "text": …}]} or null,
 *    "related": [{"file": …, …, "message": …}, …]}
 *   ], "errors": …, "warnings": …, "infos": …, "notShown": …, "known": …, "ignored": …, "fixed": …, "mended": …}
 *
 * "fixed" findings stand in the baseline and are gone, "mended" ones --fix has done away with.
 *
 * Lines and columns count from 1, columns in code points; the end is the place behind the last character. Of a
 * finding without a place, file, lines and columns are null. What a comment ignores is only counted, and so is what was
 * too much to be kept ("notShown"). */
extern const struct findings_format findings_json;
extern const struct findings_format findings_sarif;      /* SARIF 2.1.0 */
extern const struct findings_format findings_github;     /* commands of GitHub's workflows */
extern const struct findings_format findings_checkstyle; /* Checkstyle's XML */
extern const struct findings_format findings_junit;      /* JUnit's XML, a configuration a test suite */

#endif
