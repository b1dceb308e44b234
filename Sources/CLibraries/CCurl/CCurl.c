#include "CCurl.h"
int cc_placeholder(void) { return 0; }
