#include "CMachine.h"
int cm_placeholder(void) { return 0; }
