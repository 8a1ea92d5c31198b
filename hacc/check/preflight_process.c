/* What the process that HAProxy will be can have of this machine: version, users, descriptors, rights, memory. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/haproxy.h"

void preflight_version(struct preflight_look *look)
{
    static const struct span nowhere;
    enum hap_version wanted = look->config->lang.version;
    const char *bin = look->start->haproxy;
    int version = bin ? haproxy_version(bin, look->arena) : -1;

    if (!bin)
        return;
    if (version < 0)
        preflight_add(look->preflight, PREFLIGHT_VERSION, PREFLIGHT_UNKNOWN, nowhere,
                      "name the binary that is to run, with --haproxy-bin", "the version of '%s' cannot be read", bin);
    else if (version < (int)wanted)
        preflight_add(
            look->preflight, PREFLIGHT_VERSION, PREFLIGHT_FAILURE, nowhere,
            arena_printf(look->arena, "write 'haproxy: \"%s\"', or upgrade haproxy", hap_version_names[version]),
            "'%s' is HAProxy %s, and the configuration is for %s", bin, hap_version_names[version],
            hap_version_names[wanted]);
    else
        preflight_add(
            look->preflight, PREFLIGHT_VERSION, version > (int)wanted ? PREFLIGHT_WARNING : PREFLIGHT_OK, nowhere,
            version > (int)wanted ? arena_printf(look->arena, "write 'haproxy: \"%s\"'", hap_version_names[version])
                                  : NULL,
            "'%s' is HAProxy %s, and the configuration is for %s", bin, hap_version_names[version],
            hap_version_names[wanted]);
}
