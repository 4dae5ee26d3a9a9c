/* The program whose time is an engine's start-up. */
int main(void) { return 0; }
