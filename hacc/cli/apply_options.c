#include "hacc/cli/apply_run.h"
#include "hacc/cli/cli.h"

const char apply_options_help[] =
    "      --mode MODE        how HAProxy is run: daemon, master, systemd, or auto (the default): as what runs shows\n"
    "      --reload WHEN      auto (the default): no reload where the Runtime API can do it; always; never\n"
    "      --haproxy-bin BIN  the haproxy to check with and to start (default: the one that runs, else 'haproxy')\n"
    "      --pidfile FILE     its pid file\n"
    "      --socket ADDRESS   its admin socket (default: that of its configuration)\n"
    "      --master-socket ADDRESS\n"
    "                         the socket of its master (default: that of its command line)\n"
    "      --unit NAME        its unit of systemd (default: haproxy.service)\n"
    "      --target FILE      the file that it reads (default: /etc/haproxy/haproxy.cfg)\n"
    "      --sysctl-target FILE\n"
    "                         where settings of the kernel are written (default: /etc/sysctl.d/90-hacc.conf)\n"
    "      --no-sysctl        leave settings of the kernel as they are\n"
    "      --state-dir DIR    lock, journal and history (default: /var/lib/hacc)\n"
    "      --probe URL        the new process has to answer it with 2xx or 3xx\n"
    "      --wait TIME        how long old processes may take to end (default: 10s); then they are left to themselves\n"
    "      --lossy            reload although connections may be lost: the running HAProxy cannot hand over its sockets\n"
    "  -n, --dry-run          check and look, say what would be done, and do nothing\n"
    "  -y, --yes              do not ask on a terminal\n"
    "      --debug            tell each step\n";

bool apply_option(struct apply_run *run, int option, const char *value)
{
    enum apply_setting setting = (enum apply_setting)(option - APPLY_OPTION);

    switch (option) {
    case APPLY_DRY_RUN:
        run->dry_run = run->apply.dry_run = true;
        return true;
    case APPLY_YES:
        run->yes = true;
        return true;
    case APPLY_DEBUG:
        run->apply.debug = true;
        return true;
    case APPLY_NO_SYSCTL:
        run->apply.settings.at[APPLY_SYSCTL] = "false";
        return true;
    case APPLY_LOSSY_FLAG:
        run->apply.settings.at[APPLY_LOSSY] = "true";
        return true;
    default:
        break;
    }
    if (option < APPLY_OPTION || setting >= APPLY_SETTINGS)
        return false;
    run->apply.settings.at[setting] = value;
    if (apply_setting_takes(setting, value, strlen(value)))
        return true;
    cli_error("--%s takes %s, not '%s'", apply_forms[setting].name,
              *apply_forms[setting].words == '*' ? "a text" : apply_forms[setting].words, value);
    return false;
}
