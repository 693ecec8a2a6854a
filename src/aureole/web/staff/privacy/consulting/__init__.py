"""Prior consultations of the supervisory authority: the register, one of them, a new one."""
