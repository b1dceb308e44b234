int cm_placeholder(void);
