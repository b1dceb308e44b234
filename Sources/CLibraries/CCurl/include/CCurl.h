// libcurl, loaded when it is first needed: the program starts without it and runs where there is none.
// curl_easy_setopt and its kin are variadic, so Swift needs one function for each type of argument.
#ifndef CCURL_H
#define CCURL_H

#if __has_include(<curl/curl.h>)
#include <curl/curl.h>
#else
#error "libcurl's headers are missing: apt-get install libcurl4-openssl-dev"
#endif

/// Loads the library of a name; NULL, or what is wrong with it. Everything below may be called only after it returned
/// NULL. Call it from one thread at a time.
const char *cc_load(const char *name);

CURL *cc_easy_init(void);
void cc_easy_cleanup(CURL *easy);
CURLcode cc_easy_pause(CURL *easy, int mask);
const char *cc_easy_words(CURLcode code);

CURLcode cc_set_long(CURL *easy, CURLoption option, long value);
CURLcode cc_set_size(CURL *easy, CURLoption option, curl_off_t value);
CURLcode cc_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode cc_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode cc_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode cc_set_receiver(CURL *easy, CURLoption option, size_t (*value)(char *, size_t, size_t, void *));

CURLcode cc_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode cc_get_size(CURL *easy, CURLINFO info, curl_off_t *value);

struct curl_slist *cc_list_append(struct curl_slist *list, const char *text);
void cc_list_free(struct curl_slist *list);

CURLM *cc_multi_init(void);
void cc_multi_cleanup(CURLM *multi);
CURLMcode cc_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode cc_multi_add(CURLM *multi, CURL *easy);
CURLMcode cc_multi_remove(CURLM *multi, CURL *easy);
CURLMcode cc_multi_perform(CURLM *multi, int *running);
CURLMcode cc_multi_poll(CURLM *multi, int milliseconds);
CURLMcode cc_multi_wakeup(CURLM *multi);
/// The next finished transfer and its result; NULL when there is none.
CURL *cc_multi_finished(CURLM *multi, CURLcode *result);

#endif
