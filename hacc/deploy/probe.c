#include "hacc/deploy/probe.h"

#include "hacc/host/clock.h"

#include <dlfcn.h>
#include <string.h>

/* What is used of libcurl; the numbers of its options and answers are part of its ABI (curl/curl.h). */
enum {
    CURL_URL = 10002,
    CURL_PROXY = 10004,
    CURL_WRITE_FUNCTION = 20011,
    CURL_TIMEOUT_MS = 155,
    CURL_NO_SIGNAL = 99,
    CURL_FRESH_CONNECT = 74,
    CURL_FORBID_REUSE = 75,
    CURL_PROTOCOLS = 181,
    CURL_HTTP_HTTPS = 3, /* CURLPROTO_HTTP | CURLPROTO_HTTPS */
    CURL_GET_RESPONSE_CODE = 0x200002
};

struct curl {
    void *library;
    void *(*init)(void);
    int (*set)(void *handle, int option, ...);
    int (*perform)(void *handle);
    int (*get)(void *handle, int info, ...);
    void (*cleanup)(void *handle);
    const char *(*text)(int code);
};

/* The library stays loaded: hacc ends soon. */
static bool load(struct curl *curl, const char **why)
{
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !curl->library; i++)
        curl->library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!curl->library) {
        *why = "a probe needs libcurl, which is not installed";
        return false;
    }
    *(void **)&curl->init = dlsym(curl->library, "curl_easy_init");
    *(void **)&curl->set = dlsym(curl->library, "curl_easy_setopt");
    *(void **)&curl->perform = dlsym(curl->library, "curl_easy_perform");
    *(void **)&curl->get = dlsym(curl->library, "curl_easy_getinfo");
    *(void **)&curl->cleanup = dlsym(curl->library, "curl_easy_cleanup");
    *(void **)&curl->text = dlsym(curl->library, "curl_easy_strerror");
    if (curl->init && curl->set && curl->perform && curl->get && curl->cleanup && curl->text)
        return true;
    *why = "the installed libcurl is not one that hacc knows";
    return false;
}

/* What is answered is not looked at. */
static size_t drop(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

bool probe_is_usable(const char *url, const char **why)
{
    struct curl curl = {0};

    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) {
        *why = "the probe is no URL of http or https";
        return false;
    }
    return load(&curl, why);
}

/* Gives the status of one answer; 0 with *why. */
static long ask(const struct curl *curl, void *handle, struct arena *arena, const char **why)
{
    long status = 0;
    int code = curl->perform(handle);

    if (code == 0)
        curl->get(handle, CURL_GET_RESPONSE_CODE, &status);
    else
        *why = arena_printf(arena, "the probe: %s", curl->text(code));
    return status;
}

bool probe_answers(const char *url, int time_limit_ms, struct arena *arena, const char **why)
{
    int64_t deadline = clock_ms() + time_limit_ms;
    struct curl curl = {0};
    long status = 200;
    void *handle;

    if (!load(&curl, why))
        return false;
    handle = curl.init();
    if (!handle)
        oom_raise(arena->oom);
    curl.set(handle, CURL_URL, url);
    curl.set(handle, CURL_PROXY, ""); /* whatever http_proxy says */
    curl.set(handle, CURL_WRITE_FUNCTION, drop);
    curl.set(handle, CURL_NO_SIGNAL, 1L);
    curl.set(handle, CURL_FRESH_CONNECT, 1L);
    curl.set(handle, CURL_FORBID_REUSE, 1L);
    curl.set(handle, CURL_PROTOCOLS, (long)CURL_HTTP_HTTPS);
    for (int i = 0; i < PROBE_TIMES && status >= 200 && status < 400; i++) {
        int64_t left = deadline - clock_ms();

        if (i >= PROBE_TIMES_SLOW && left < time_limit_ms / 2)
            break;
        curl.set(handle, CURL_TIMEOUT_MS, (long)(left > 0 ? left : 1));
        status = ask(&curl, handle, arena, why);
    }
    curl.cleanup(handle);
    if (status >= 200 && status < 400)
        return true;
    if (status)
        *why = arena_printf(arena, "the probe is answered with status %ld", status);
    return false;
}
