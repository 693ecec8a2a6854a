"""Words too common to be looked up: they say little, and their frequencies give an index away.

The stop words of the Snowball project (BSD 3-Clause), as PostgreSQL ships them, folded as the index compares
words. Left out of the lists is what means something in another of the languages: "die", "war", "dog", "sea".
"""

from __future__ import annotations

_BY_LANGUAGE = {
    "en": """
        i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her
        hers herself it its itself they them their theirs themselves what which who whom this that these
        those am is are was were be been being have has had having do does did doing a an the and but if or
        because as until while of at by for with about against between into through during before after
        above below to from up down in out on off over under again further then once here there when where
        why how all any both each few more most other some such no nor not only own same so than too very s
        t can just should now
    """,
    "de": """
        aber alle allem allen aller alles als also ander andere anderem anderen anderer anderes anderm
        andern anderr anders auch auf aus bei bis bist da damit dann der den des dem das dass derselbe
        derselben denselben desselben demselben dieselbe dieselben dasselbe dazu dein deine deinem deinen
        deiner deines denn derer dessen dich dir du dies diese diesem diesen dieser dieses doch dort durch
        ein eine einem einen einer eines einig einige einigem einigen einiger einiges einmal er ihn ihm es
        etwas euer eure eurem euren eurer eures gegen gewesen hab habe haben hatte hatten hier hin hinter
        ich mich mir ihr ihre ihrem ihren ihrer ihres euch im indem ins ist jede jedem jeden jeder jedes
        jene jenem jenen jener jenes jetzt kann kein keine keinem keinen keiner keines konnen konnte machen
        manche manchem manchen mancher manches mein meine meinem meinen meiner meines mit muss musste nach
        nicht nichts noch nur ob oder ohne sehr sein seine seinem seinen seiner seines selbst sich sie ihnen
        sind solche solchem solchen solcher solches soll sollte sondern sonst uber um und uns unse unsem
        unsen unser unses unter viel vom von vor wahrend warst weil weiter welche welchem welchen welcher
        welches wenn werde werden wie wieder wir wird wirst wo wollen wollte wurde wurden zu zum zur zwar
        zwischen
    """,
    "fr": """
        au aux avec ce ces dans de en et eux il je la le leur lui ma mais meme mes moi mon ne nos notre nous
        ou par pas qu que qui sa se ses sur ta te tes toi tu un une vos votre vous c d j l m n y etee etees
        etes etant etante etants etantes suis est sont serai seras sera serons serez seront serais serait
        serions seriez seraient etais etait etions etiez etaient fus fut fumes futes furent sois soit soyons
        soyez soient fusse fusses fussions fussiez fussent ayant ayante ayantes ayants eu eue eues eus ai
        avons avez ont aurai auras aurons aurez auront aurais aurait aurions auriez auraient avais avait
        avions aviez avaient eut eumes eutes eurent aie aies ait ayons ayez aient eusse eusses eussions
        eussiez eussent
    """,
    "es": """
        el los del las por para con una su al lo como mas pero sus ya o este si porque esta entre cuando muy
        sobre tambien hasta donde quien desde durante todos uno les ni contra otros ese eso ante ellos e
        esto mi antes algunos unos yo otro otras otra tanto esa estos mucho quienes nada muchos cual poco
        estar estas algunas algo nosotros mis ti tus ellas nosotras vosostros vosostras os mio mios mias
        tuyo tuya tuyos tuyas suyo suya suyos suyas nuestro nuestra nuestros nuestras vuestro vuestra
        vuestros vuestras esos esas estoy estamos estais estan estes estemos esteis esten estare estaras
        estara estaremos estareis estaran estaria estarias estariamos estariais estarian estaba estabas
        estabamos estabais estaban estuve estuviste estuvo estuvimos estuvisteis estuvieron estuviera
        estuvieras estuvieramos estuvierais estuvieran estuviese estuvieses estuviesemos estuvieseis
        estuviesen estando estad ha hemos habeis han haya hayas hayamos hayais hayan habre habras habra
        habremos habreis habran habria habrias habriamos habriais habrian habia habias habiamos habiais
        habian hube hubiste hubo hubimos hubisteis hubieron hubiera hubieras hubieramos hubierais hubieran
        hubiese hubieses hubiesemos hubieseis hubiesen habiendo habido habida habidos habidas soy eres somos
        seas seamos seais sean sere seremos sereis seran seria serias seriamos seriais serian eras eramos
        erais eran fui fuiste fue fuimos fuisteis fueron fuera fueras fueramos fuerais fueran fuese fueses
        fuesemos fueseis fuesen tengo tienes tiene tenemos teneis tienen tenga tengas tengamos tengais
        tengan tendre tendras tendra tendremos tendreis tendran tendria tendrias tendriamos tendriais
        tendrian tenia tenias teniamos teniais tenian tuve tuviste tuvo tuvimos tuvisteis tuvieron tuviera
        tuvieras tuvieramos tuvierais tuvieran tuviese tuvieses tuviesemos tuvieseis tuviesen teniendo
        tenido tenida tenidos tenidas tened
    """,
    "da": """
        og jeg det til som pa med af ikke var mig sig har om vi min havde hun nu fra ud op hvor eller hvad
        skal selv vil blev kunne ind nar vaere noget ville deres efter ned skulle denne dette ogsa anden
        hende alt meget sine mod disse hvis din nogle hos blive mange bliver hendes vaeret thi jer sadan
    """,
    "sv": """
        och att jag hon till ar ett hade av icke henne inte honom hennes dar ej vid kunde nagot fran ut upp
        vara vad kan sina mot alla nagon allt mycket sedan ju denna sjalv detta utan varit hur ingen mitt
        bli oss dessa nagra deras blir samma vilken blivit dess inom mellan sadant varfor varje vilka ditt
        vem vilket sitta sadana vart vars ert vilkas
    """,
}
COMMON_WORDS = frozenset(" ".join(_BY_LANGUAGE.values()).split())
