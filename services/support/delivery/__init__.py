"""Services given to the person, and the urgent needs of the first contact that wait for one."""
