"""Reception: what comes in at the port, until it is known what is asked for.

Owns: connections that have not said yet what they want: PROXY prefaces, TLS, the request's header, and the
limits on all three; what a short answer looks like. Must not know: what is at which address, or listeners.
"""
