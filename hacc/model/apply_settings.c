#include "hacc/model/apply_settings.h"

#include <string.h>

const struct intent_form apply_forms[] = {
    {"mode", "How HAProxy is run; auto, which finds it out, unless given.", "auto daemon master systemd", NULL, NULL},
    {"reload", "auto: no reload where the Runtime API can do it; always; never: what needs one is refused.",
     "auto always never", NULL, NULL},
    {"haproxy-bin", "The haproxy to check with and to start; that of the running process unless given.", "*", NULL,
     NULL},
    {"pidfile", "The file with the process ids of HAProxy, /run/haproxy.pid unless the process names one.", "*", NULL,
     NULL},
    {"socket", "The admin socket of the running HAProxy; that of its configuration unless given.", "*", NULL, NULL},
    {"master-socket", "The socket of the master; that of its command line unless given.", "*", NULL, NULL},
    {"unit", "The unit of systemd, haproxy.service unless given.", "*", NULL, NULL},
    {"target", "The file that HAProxy reads, /etc/haproxy/haproxy.cfg unless given.", "*", NULL, NULL},
    {"sysctl-target", "Where the settings of the kernel are written, /etc/sysctl.d/90-hacc.conf unless given.", "*",
     NULL, NULL},
    {"state-dir", "Where hacc keeps its lock, journal and history, /var/lib/hacc unless given.", "*", NULL, NULL},
    {"probe", "A URL that the new process has to answer with 2xx or 3xx.", "*", NULL, NULL},
    {"wait",
     "How long the old process may take to end its connections before hacc leaves it to itself, 10s unless "
     "given.",
     "*", NULL, NULL},
    {"sysctl", "false: settings of the kernel are left as they are.", "true false", NULL, NULL},
    {"lossy", "true: a reload may lose connections where the running HAProxy cannot hand its sockets over.",
     "true false", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

_Static_assert(sizeof(apply_forms) / sizeof(*apply_forms) == APPLY_SETTINGS + 1, "a row for each setting");

bool apply_setting_takes(enum apply_setting setting, const char *text, size_t len)
{
    for (const char *word = apply_forms[setting].words; *word; word += strspn(word, " ")) {
        size_t word_len = strcspn(word, " ");

        if (*word == '*' ? len > 0 : word_len == len && memcmp(word, text, len) == 0)
            return true;
        word += word_len;
    }
    return false;
}

enum apply_setting apply_setting_find(const char *name, size_t len)
{
    int i = 0;

    while (i < APPLY_SETTINGS && (strlen(apply_forms[i].name) != len || memcmp(apply_forms[i].name, name, len) != 0))
        i++;
    return (enum apply_setting)i;
}
