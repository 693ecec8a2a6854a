// One bundle: htmx for fragments, Stimulus for the little behaviour the pages have. Nothing is evaluated from text.
import { Application } from "@hotwired/stimulus";
import "./htmx_setup.js";
import Autosize from "./controllers/autosize.js";
import Composer from "./controllers/composer.js";
import Confirm from "./controllers/confirm.js";
import Copy from "./controllers/copy.js";
import Dialog from "./controllers/dialog.js";
import Disclosure from "./controllers/disclosure.js";
import Finder from "./controllers/finder.js";
import Keyboard from "./controllers/keyboard.js";
import Live from "./controllers/live.js";
import Menu from "./controllers/menu.js";
import Theme from "./controllers/theme.js";
import Undo from "./controllers/undo.js";

const application = Application.start();
application.register("autosize", Autosize);
application.register("composer", Composer);
application.register("confirm", Confirm);
application.register("copy", Copy);
application.register("dialog", Dialog);
application.register("disclosure", Disclosure);
application.register("finder", Finder);
application.register("keyboard", Keyboard);
application.register("live", Live);
application.register("menu", Menu);
application.register("theme", Theme);
application.register("undo", Undo);
