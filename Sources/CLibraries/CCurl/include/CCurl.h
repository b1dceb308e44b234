int cc_placeholder(void);
