from aureole.web.staff.privacy.requests.tests.conftest import ada as ada
from aureole.web.staff.privacy.requests.tests.conftest import ask as ask
from aureole.web.staff.privacy.requests.tests.conftest import carrier as carrier
from aureole.web.tests.browsers import sign_in as sign_in
