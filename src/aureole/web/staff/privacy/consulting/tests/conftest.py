from aureole.web.staff.privacy.tests.conftest import SignIn as SignIn
from aureole.web.staff.privacy.tests.conftest import sign_in as sign_in
