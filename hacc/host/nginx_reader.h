/* What the files of nginx's reading share. nginx.c: files and blocks; nginx_listen.c: what a 'listen' says. */
#ifndef HACC_HOST_NGINX_READER_H
#define HACC_HOST_NGINX_READER_H

#include "hacc/host/nginx.h"
#include "hacc/host/nginx_lex.h"

/* Where in the configuration a directive stands, as far as 'listen' is concerned. */
enum nginx_level { LEVEL_MAIN, LEVEL_HTTP, LEVEL_STREAM, LEVEL_MAIL, LEVEL_SERVER, LEVEL_OTHER };

struct nginx_reader {
    struct nginx *nginx;
    struct sources *sources;
    struct diags *diags;
    const char *folder; /* of the main file: what a relative include starts from; "" or ends in '/' */
    uint32_t files, bytes;
    bool stopped;              /* at one of the limits */
    enum nginx_level protocol; /* the block around the server being read */
    struct span server;        /* its 'server' */
    bool listens;              /* it has a 'listen' */
};

/* Adds a finding about what is not read. */
__attribute__((format(printf, 3, 4))) void nginx_fault(struct nginx_reader *reader, struct span at, const char *fmt,
                                                       ...);

/* Adds what a 'listen' of the server being read says; words[0] is the 'listen'. */
void nginx_read_listen(struct nginx_reader *reader, const struct nginx_word *words, uint32_t count);

/* Adds what an http server without any 'listen' listens on. */
void nginx_imply_listen(struct nginx_reader *reader);

/* When all have been read: listens of one address are one socket, and some have none of their own. */
void nginx_unite_listens(struct nginx *nginx, struct arena *arena);

#endif
