/* Located nodes to struct config: the meaning of docs/language.md. */
#ifndef HACC_READ_FROM_YAML_H
#define HACC_READ_FROM_YAML_H

#include "hacc/model/config.h"
#include "hacc/read/yaml_read.h"

/* Gives the version that the document's `haproxy:` key names, -1 where there is none. A version that hacc does
 * not know is a finding, and -2. */
int from_yaml_version(const struct document *doc, struct diags *diags);

struct reader;

/* The reading of one document. Sections are read while the file is still being parsed (struct yaml_sink), where the
 * version is known by then; else when the document is whole. The result is the same. */
struct from_yaml {
    struct config *config;
    struct diags *diags;
    struct sources *sources;
    int version;           /* enum hap_version; -1: the document names it */
    struct reader *reader; /* NULL: nothing has been read yet */
    bool whole;            /* wait for the whole document */
};

/* Readies a reading into `config`, which it initialises. version -1: not known. */
void from_yaml_init(struct from_yaml *from, struct config *config, int version, struct sources *sources,
                    struct diags *diags);

/* Gives the sink for yaml_read. */
struct yaml_sink from_yaml_sink(struct from_yaml *from);

/* Reads what is left of the document, for HAProxy `version` if nothing has been read yet; faults go to the diags. */
void from_yaml_finish(struct from_yaml *from, const struct document *doc, enum hap_version version);

#endif
