/* Changes in meaning (hacc/check/changes.h) in the forms that people and programs read. */
#ifndef HACC_WRITE_TO_CHANGES_H
#define HACC_WRITE_TO_CHANGES_H

#include "hacc/check/changes.h"

/* What is compared: places in the changes are of these. */
struct changes_report {
    const struct changes *changes;
    const struct config *old, *new;
    bool color; /* in text */
};

struct changes_format {
    const char *name; /* as --format takes it */
    void (*print)(const struct changes_report *report, struct buf *out);
};

/* By group, a change on a line and where it stands and what it takes on the next; and how many there are. */
extern const struct changes_format changes_text;

/* One JSON object, a change a line:
 *
 *   {"haproxy": "3.2", "changes": [
 *   {"group": "global" | "frontends" | "routes" | "backends" | "servers" | "timeouts" | "sections" | "system",
 *    "kind": "added" | "removed" | "changed" | "moved" | "renamed", "way": "reload" | "weight" | …, "reload": true,
 *    "why": …, "old": {"file": …, "line": …, "column": …, "text": …} or null, "new": the same, "above": … or null,
 *    "targets": [{"section": "backend", "name": "app", "server": "web1" or null}, …]}
 *   ], "reloads": …, "runtime": …, "outside": …}
 *
 * One of the way "server-add" has "options" too: the words behind the address, those of default-server among them,
 * where none is a secret. "above" is the line that a line which has moved now stands below; null: it is the first, or
 * has not moved. Secrets are
 * "***". */
extern const struct changes_format changes_json;

/* "servers"; "added"; "weight" */
const char *change_group_name(enum change_group group);
const char *change_kind_name(enum change_kind kind);
const char *change_way_name(enum change_way way);

/* How many changes are made while HAProxy runs, and how many outside of it. */
void changes_count(const struct changes *changes, uint32_t *runtime, uint32_t *outside);

#endif
