/** What the widget itself says, in the twelve languages of the buyer assistant. */

const KEYS = [
  "open", "hello", "disclosure", "write", "send", "close", "order", "number", "email", "postcode", "lookup",
  "source", "person", "again", "working", "you", "where", "returns", "delivery",
  "name", "address", "message", "leave", "left", "human", "helped", "yes", "no",
] as const;

export type Strings = Record<(typeof KEYS)[number], string>;
type RowOf<K> = { [I in keyof K]: string };

const ROWS = {
  en: [
    "Chat with us", "How can we help?", "You are chatting with an AI assistant, not a person.",
    "Write a message", "Send", "Close", "Look up my order", "Order number", "E-mail of the order",
    "or the postcode it goes to",
    "Look it up", "Source", "Passed on to a person of the shop.", "Send again", "One moment",
    "You said", "Where is my order?", "How do I return something?", "How long does delivery take?",
    "Your name", "Your e-mail address", "Your message", "Leave a message", "Thank you. The shop will write to you.", "a person",
    "Did this help?", "Yes", "No",
  ],
  zh: [
    "联系客服", "有什么可以帮您？", "您正在与人工智能助手对话，并非真人。",
    "请输入消息", "发送", "关闭", "查询我的订单", "订单号", "下单时的邮箱",
    "或收货地址的邮编",
    "查询", "来源", "已转交给店铺的工作人员。", "重新发送", "请稍候",
    "您说", "我的订单到哪里了？", "怎么退货？", "配送需要多长时间？",
    "您的姓名", "您的邮箱", "您的留言", "留言", "谢谢。店铺会写信给您。", "真人客服",
    "这对您有帮助吗？", "有", "没有",
  ],
  es: [
    "Escríbenos", "¿En qué podemos ayudarte?", "Estás hablando con un asistente de IA, no con una persona.",
    "Escribe un mensaje", "Enviar", "Cerrar", "Consultar mi pedido", "Número de pedido", "Correo del pedido",
    "o el código postal de entrega",
    "Consultar", "Fuente", "Lo hemos pasado a una persona de la tienda.", "Enviar de nuevo", "Un momento",
    "Has dicho", "¿Dónde está mi pedido?", "¿Cómo devuelvo un artículo?", "¿Cuánto tarda el envío?",
    "Tu nombre", "Tu correo electrónico", "Tu mensaje", "Dejar un mensaje", "Gracias. La tienda te escribirá.", "una persona",
    "¿Te ha servido?", "Sí", "No",
  ],
  pt: [
    "Fale conosco", "Como podemos ajudar?", "Você está falando com um assistente de IA, não com uma pessoa.",
    "Escreva uma mensagem", "Enviar", "Fechar", "Consultar meu pedido", "Número do pedido", "E-mail do pedido",
    "ou o CEP de entrega",
    "Consultar", "Fonte", "Encaminhado a uma pessoa da loja.", "Enviar de novo", "Um momento",
    "Você disse", "Onde está meu pedido?", "Como faço uma devolução?", "Quanto tempo leva a entrega?",
    "Seu nome", "Seu e-mail", "Sua mensagem", "Deixar uma mensagem", "Obrigado. A loja vai escrever para você.", "uma pessoa",
    "Isso ajudou?", "Sim", "Não",
  ],
  ko: [
    "문의하기", "무엇을 도와드릴까요?", "사람이 아닌 AI 상담 도우미와 대화하고 있습니다.",
    "메시지를 입력하세요", "보내기", "닫기", "주문 조회", "주문 번호", "주문 시 이메일",
    "또는 배송지 우편번호",
    "조회", "출처", "상점 담당자에게 전달했습니다.", "다시 보내기", "잠시만 기다려 주세요",
    "내 메시지", "제 주문은 어디에 있나요?", "반품은 어떻게 하나요?", "배송은 얼마나 걸리나요?",
    "이름", "이메일 주소", "남길 메시지", "메시지 남기기", "감사합니다. 상점에서 연락드리겠습니다.", "직원",
    "도움이 되었나요?", "네", "아니요",
  ],
  ja: [
    "お問い合わせ", "ご用件をお聞かせください", "AIアシスタントがお答えしています（人ではありません）。",
    "メッセージを入力", "送信", "閉じる", "注文を調べる", "注文番号", "注文時のメールアドレス",
    "またはお届け先の郵便番号",
    "調べる", "出典", "ショップの担当者に引き継ぎました。", "再送信", "少々お待ちください",
    "あなたの発言", "注文した商品はどこですか？", "返品するにはどうすればいいですか？", "配送にはどのくらいかかりますか？",
    "お名前", "メールアドレス", "メッセージ", "メッセージを残す", "ありがとうございます。ショップからご連絡いたします。", "担当者",
    "お役に立ちましたか？", "はい", "いいえ",
  ],
  ru: [
    "Написать нам", "Чем мы можем помочь?", "С вами говорит ИИ-помощник, а не человек.",
    "Напишите сообщение", "Отправить", "Закрыть", "Найти мой заказ", "Номер заказа", "Эл. почта заказа",
    "или индекс адреса доставки",
    "Найти", "Источник", "Передано сотруднику магазина.", "Отправить ещё раз", "Одну минуту",
    "Вы написали", "Где мой заказ?", "Как вернуть товар?", "Сколько длится доставка?",
    "Ваше имя", "Ваша эл. почта", "Ваше сообщение", "Оставить сообщение", "Спасибо. Магазин вам напишет.", "сотрудник",
    "Это помогло?", "Да", "Нет",
  ],
  ar: [
    "تحدث إلينا", "كيف يمكننا مساعدتك؟", "أنت تتحدث مع مساعد ذكاء اصطناعي، وليس مع شخص.",
    "اكتب رسالة", "إرسال", "إغلاق", "البحث عن طلبي", "رقم الطلب", "البريد الإلكتروني للطلب",
    "أو الرمز البريدي لعنوان التسليم",
    "بحث", "المصدر", "تم تحويل طلبك إلى أحد موظفي المتجر.", "إعادة الإرسال", "لحظة من فضلك",
    "رسالتك", "أين طلبي؟", "كيف أعيد منتجًا؟", "كم يستغرق التوصيل؟",
    "اسمك", "بريدك الإلكتروني", "نص رسالتك", "ترك رسالة", "شكرًا لك. سيكتب إليك المتجر.", "موظف",
    "هل أفادك هذا؟", "نعم", "لا",
  ],
  de: [
    "Schreiben Sie uns", "Wie können wir helfen?", "Sie schreiben mit einem KI-Assistenten, nicht mit einem Menschen.",
    "Nachricht schreiben", "Senden", "Schließen", "Meine Bestellung finden", "Bestellnummer", "E-Mail der Bestellung",
    "oder Postleitzahl der Lieferadresse",
    "Suchen", "Quelle", "An einen Menschen im Shop weitergegeben.", "Erneut senden", "Einen Moment",
    "Sie schrieben", "Wo ist meine Bestellung?", "Wie schicke ich etwas zurück?", "Wie lange dauert die Lieferung?",
    "Ihr Name", "Ihre E-Mail-Adresse", "Ihre Nachricht", "Nachricht hinterlassen", "Danke. Der Shop schreibt Ihnen.", "ein Mensch",
    "Hat das geholfen?", "Ja", "Nein",
  ],
  fr: [
    "Écrivez-nous", "Comment pouvons-nous vous aider ?", "Vous échangez avec un assistant IA, pas avec une personne.",
    "Écrivez un message", "Envoyer", "Fermer", "Retrouver ma commande", "Numéro de commande", "E-mail de la commande",
    "ou le code postal de livraison",
    "Rechercher", "Source", "Transmis à une personne de la boutique.", "Renvoyer", "Un instant",
    "Vous avez écrit", "Où est ma commande ?", "Comment retourner un article ?", "Quel est le délai de livraison ?",
    "Votre nom", "Votre adresse e-mail", "Votre message", "Laisser un message", "Merci. La boutique vous écrira.", "une personne",
    "Cela vous a-t-il aidé ?", "Oui", "Non",
  ],
  it: [
    "Scrivici", "Come possiamo aiutarti?", "Stai scrivendo a un assistente IA, non a una persona.",
    "Scrivi un messaggio", "Invia", "Chiudi", "Cerca il mio ordine", "Numero d'ordine", "E-mail dell'ordine",
    "o il CAP di consegna",
    "Cerca", "Fonte", "Inoltrato a una persona del negozio.", "Invia di nuovo", "Un momento",
    "Hai scritto", "Dov'è il mio ordine?", "Come posso restituire un articolo?", "Quanto tempo richiede la consegna?",
    "Il tuo nome", "Il tuo indirizzo e-mail", "Il tuo messaggio", "Lascia un messaggio", "Grazie. Il negozio ti scriverà.", "una persona",
    "Ti è stato utile?", "Sì", "No",
  ],
  tr: [
    "Bize yazın", "Nasıl yardımcı olabiliriz?", "Bir insanla değil, yapay zekâ asistanıyla yazışıyorsunuz.",
    "Mesaj yazın", "Gönder", "Kapat", "Siparişimi bul", "Sipariş numarası", "Siparişin e-postası",
    "veya teslimat adresinin posta kodu",
    "Bul", "Kaynak", "Mağazadan bir görevliye iletildi.", "Yeniden gönder", "Bir dakika",
    "Yazdığınız", "Siparişim nerede?", "Nasıl iade ederim?", "Teslimat ne kadar sürer?",
    "Adınız", "E-posta adresiniz", "Mesajınız", "Mesaj bırak", "Teşekkürler. Mağaza size yazacak.", "bir görevli",
    "Bu yardımcı oldu mu?", "Evet", "Hayır",
  ],
} satisfies Record<string, RowOf<typeof KEYS>>;

export type Language = keyof typeof ROWS;
export const LANGUAGES = Object.keys(ROWS) as Language[];

/** The first wanted language that the widget speaks, else English. */
export function languageFor(wanted: readonly string[]): Language {
  const tags = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return LANGUAGES.find((language) => language === tags.find((tag) => LANGUAGES.includes(tag as Language))) ?? "en";
}

export function stringsOf(language: Language): Strings {
  return Object.fromEntries(KEYS.map((key, i) => [key, ROWS[language][i]])) as Strings;
}
