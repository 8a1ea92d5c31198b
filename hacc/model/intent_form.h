/* What people may write for an intent, as data: for editors and documentation. The code of an intent is what decides.
 */
#ifndef HACC_MODEL_INTENT_FORM_H
#define HACC_MODEL_INTENT_FORM_H

/* An intent or one of its options. */
struct intent_form {
    const char *name;
    const char *doc;
    const char *words; /* the values that are not a map, blank-separated, "*" for any text; NULL: none */
    const struct intent_form *options; /* the keys of its map, ended by a name of NULL; NULL: it takes no map */
    const char *where; /* of an intent: the sections that it may stand in, blank-separated; NULL where the outer says */
};

#endif
