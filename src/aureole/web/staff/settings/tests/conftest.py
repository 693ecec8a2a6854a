from aureole.web.tests.browsers import sign_in as sign_in
