"""The lobby: connections that have not said yet what they want.

Owns: accepting, the time and the size that a request's header may take, and how many may wait.
Must not know: what is at which address, nor how anything is answered beyond "this is no request".
"""
