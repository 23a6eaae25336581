from hypothesis import HealthCheck, settings

# How long one example takes says nothing on a busy machine; the suite has a time limit for each test.
settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")
