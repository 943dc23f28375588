"""Which endings make a word a link, and which sites may be named.

Knows lists. Allowed are carriers (a vendor needs the tracking page) and, without a path, the big
houses that buyers mention by name; a path behind those could lead to a person's page.
"""

from app.privacy.found import listed

COUNTRIES = frozenset(
    listed(
        """
    ac ad ae af ag ai al am ao ar as at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw
    by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg es
    et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gr gt gu gy hk hn hr ht hu id ie il
    im in io iq ir is it je jm jo jp ke kg kh kr kw ky kz la lb li lk ls lt lu lv ly ma mc md me
    mg mk ml mm mn mo mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nu nz om pa pe pf
    pg ph pk pl pm pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr st
    su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg
    vi vn vu wf ws ye yt za zm zw рф укр бел срб мкд қаз 中国 中國 香港 台湾 台灣 الامارات
    السعودية مصر المغرب
    """
    )
)
GENERIC = frozenset(
    listed(
        """
    com net org info biz name pro mobi asia cat jobs tel travel xxx aero coop museum post edu
    gov mil int arpa example invalid test localhost local onion app dev page shop store online
    site website web tech cloud blog club live life world space fun top vip xyz icu win bid link
    click help support email chat social group team works work business company agency studio
    design digital media news press today email market markets sale sales deals cheap discount
    buy boutique fashion shoes clothing jewelry toys games auto car cars parts repair tools
    build house home homes garden kitchen furniture pet photo photos pics pictures gallery art
    music video tube film radio coffee beer wine pizza bar cafe restaurant catering food recipes
    farm berlin hamburg koeln cologne bayern wien tirol paris bzh alsace corsica london wales
    scot amsterdam brussels vlaanderen gent madrid barcelona gal eus roma istanbul ist moscow
    tokyo osaka kyoto nagoya quebec nyc miami boston sydney melbourne swiss eco bio green bike
    run fit yoga health care clinic dental doctor pharmacy law legal tax finance money bank
    credit insurance capital fund exchange trade trading supply supplies equipment parts
    hardware software systems solutions services service network technology electronics computer
    phone camera audio gold diamonds gifts gift flowers wedding party events tickets academy
    school training university college institute foundation international global center zone
    place city town land estate properties rentals rent haus immo immobilien gmbh ltd llc inc
    sarl srl bot moe wtf lol one new now how best cool guru ninja expert plus max red blue black
    pink host hosting domains server codes wiki tips guide reviews directory zip mov онлайн сайт
    网站 公司 网络 在线 商城 购物
    """
    )
)
ENDINGS = COUNTRIES | GENERIC

# Endings that are also what a file is called by, or words that follow a full stop without a space.
FILES = frozenset(
    listed(
        """
    pdf jpg jpeg png gif webp heic tif tiff bmp svg doc docx xls xlsx csv ppt pptx odt ods txt
    rtf zip rar mov mp3 mp4 avi mkv wav py sh md ps ai cc bat exe dll apk stl step dwg dxf psd
    eml msg htm html xml json ini log bin iso pages
    """
    )
)
WORDS = frozenset(
    listed(
        """
    al am an as at be by ca de do es et eu in io is it la le li lo ma me mi mo mu my na ne ni no
    nu om on pa per pl po pro re ro sa se si so su ta te to tu un us va ve vi za new now how one
    post red best name travel help team work run top life home parts page shop store
    """
    )
)

CARRIERS = listed(
    """
    dhl.com dhl.de ups.com fedex.com tnt.com gls-group.com gls-group.eu gls-pakete.de dpd.com
    dpd.de dpd.co.uk dpd.fr hermesworld.com myhermes.de evri.com royalmail.com parcelforce.com
    yodel.co.uk laposte.fr colissimo.fr chronopost.fr mondialrelay.fr mondialrelay.com
    relaiscolis.com correos.es seur.com mrw.es nacex.es correosexpress.com ctt.pt poste.it
    brt.it sda.it postnl.nl bpost.be bring.com bring.se bring.dk postnord.se postnord.dk
    postnord.com posten.no posti.fi inpost.pl inpost.it poczta-polska.pl packeta.com
    zasilkovna.cz ppl.cz ceskaposta.cz balikovna.cz fancourier.ro sameday.ro cargus.ro
    posta-romana.ro yurticikargo.com araskargo.com.tr mngkargo.com.tr ptt.gov.tr
    suratkargo.com.tr novaposhta.ua ukrposhta.ua meest.com cdek.ru pochta.ru boxberry.ru
    aramex.com smsaexpress.com spl.com.sa usps.com canadapost.ca auspost.com.au
    kuronekoyamato.co.jp sagawa-exp.co.jp japanpost.jp sf-express.com ems.com.cn zto.com
    yto.net.cn 17track.net parcelsapp.com aftership.com deutschepost.de post.at post.ch
    anpost.com
    """
)
HOUSES = listed(
    """
    amazon ebay etsy zalando otto allegro cdiscount fnac bol kaufland aliexpress temu shein
    walmart google apple microsoft samsung sony paypal klarna visa mastercard booking ikea lego
    adidas nike decathlon leroymerlin mediamarkt emag trendyol hepsiburada n11 rozetka prom ozon
    wildberries rakuten taobao tmall jd mercadolivre mercadolibre olx alza heureka mall blocket
    tradera elgiganten coolblue marktplaats idealo geizhals trustpilot youtube
    """
)
_CARRIERS, _HOUSES = frozenset(CARRIERS), frozenset(HOUSES)


def is_allowed(host: str, *, path: str = "", exempt: frozenset[str] = frozenset()) -> bool:
    """May this site be named? `exempt` adds hosts (the marketplace's own, for instance)."""
    labels = host.lower().removeprefix("www.").strip(".").split(".")
    parents = {".".join(labels[at:]) for at in range(len(labels))}
    if parents & _CARRIERS or parents & exempt:
        return True
    plain_path = path.strip("/") == ""
    return plain_path and labels[0] in _HOUSES and 2 <= len(labels) <= 3
