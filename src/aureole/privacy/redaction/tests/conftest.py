from aureole.privacy.redaction.tests.story import story as story
