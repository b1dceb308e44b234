#include "CCurl.h"
#include <dlfcn.h>

// Type-checking macros of the same names.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define SYMBOLS(X)                                                                                                     \
  X(curl_global_init) X(curl_easy_init) X(curl_easy_cleanup) X(curl_easy_pause) X(curl_easy_strerror)                  \
  X(curl_easy_setopt) X(curl_easy_getinfo) X(curl_slist_append) X(curl_slist_free_all) X(curl_multi_init)              \
  X(curl_multi_cleanup) X(curl_multi_setopt) X(curl_multi_add_handle) X(curl_multi_remove_handle)                      \
  X(curl_multi_perform) X(curl_multi_poll) X(curl_multi_wakeup) X(curl_multi_info_read)

#define POINTER(name) static __typeof__(&name) p_##name;
SYMBOLS(POINTER)

const char *cc_load(const char *name) {
  static void *library;
  void *opened = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!opened) return dlerror();
  if (opened == library) return NULL;
#define FIND(name)                                                                                                     \
  if (!(p_##name = (__typeof__(p_##name))dlsym(opened, #name))) return dlerror();
  SYMBOLS(FIND)
  if (p_curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return "curl_global_init failed";
  library = opened;
  return NULL;
}

CURL *cc_easy_init(void) { return p_curl_easy_init(); }
void cc_easy_cleanup(CURL *easy) { p_curl_easy_cleanup(easy); }
CURLcode cc_easy_pause(CURL *easy, int mask) { return p_curl_easy_pause(easy, mask); }
const char *cc_easy_words(CURLcode code) { return p_curl_easy_strerror(code); }

CURLcode cc_set_long(CURL *easy, CURLoption option, long value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode cc_set_size(CURL *easy, CURLoption option, curl_off_t value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode cc_set_text(CURL *easy, CURLoption option, const char *value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode cc_set_pointer(CURL *easy, CURLoption option, void *value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode cc_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return p_curl_easy_setopt(easy, option, value);
}
CURLcode cc_set_receiver(CURL *easy, CURLoption option, size_t (*value)(char *, size_t, size_t, void *)) {
  return p_curl_easy_setopt(easy, option, value);
}

CURLcode cc_get_long(CURL *easy, CURLINFO info, long *value) { return p_curl_easy_getinfo(easy, info, value); }
CURLcode cc_get_size(CURL *easy, CURLINFO info, curl_off_t *value) { return p_curl_easy_getinfo(easy, info, value); }

struct curl_slist *cc_list_append(struct curl_slist *list, const char *text) { return p_curl_slist_append(list, text); }
void cc_list_free(struct curl_slist *list) { p_curl_slist_free_all(list); }

CURLM *cc_multi_init(void) { return p_curl_multi_init(); }
void cc_multi_cleanup(CURLM *multi) { p_curl_multi_cleanup(multi); }
CURLMcode cc_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return p_curl_multi_setopt(multi, option, value);
}
CURLMcode cc_multi_add(CURLM *multi, CURL *easy) { return p_curl_multi_add_handle(multi, easy); }
CURLMcode cc_multi_remove(CURLM *multi, CURL *easy) { return p_curl_multi_remove_handle(multi, easy); }
CURLMcode cc_multi_perform(CURLM *multi, int *running) { return p_curl_multi_perform(multi, running); }
CURLMcode cc_multi_poll(CURLM *multi, int milliseconds) { return p_curl_multi_poll(multi, NULL, 0, milliseconds, NULL); }
CURLMcode cc_multi_wakeup(CURLM *multi) { return p_curl_multi_wakeup(multi); }

CURL *cc_multi_finished(CURLM *multi, CURLcode *result) {
  int left;
  for (CURLMsg *message; (message = p_curl_multi_info_read(multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
