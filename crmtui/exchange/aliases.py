"""The words that programs and people write over their columns, by kind and field. Case, accents, blanks and signs do not matter."""

from __future__ import annotations

from crmtui.exchange import further_words

SEVERAL = frozenset({"emails", "phones", "tags", "outcome"})
"""Fields that several columns of a file may fill."""

CLIENTS = {
    "kind": "client kind",
    "name": "full name,contact name,client name,customer name,lead name,display name,person,person name,contact,contact person,имя,фио",
    "first_name": "first,given name,forename,имя контакта",
    "last_name": "last,surname,family name,фамилия",
    "status": "lifecycle stage,client status,customer status,lifecycle",
    "status_reason": "disqualification reason,unqualified reason",
    "company": "company name,account,account name,organization,organisation,organization name,organisation name,business name,employer,"
    "firm,associated company,primary company,person organization,компания,subsidiary of,parent company,parent account,parent",
    "company_domain": "associated company domain,associated domain,account domain,organization domain",
    "position": "job title,title,role in company,designation,organization title,должность",
    "emails": "email,e mail,email address,mail,primary email,work email,email work,personal email,other email,secondary email,"
    "email 2,email 3,person email work,email 1 value,email 2 value,почта",
    "phones": "phone,phone number,telephone,tel,primary phone,mobile,mobile phone,mobile phone number,mobile number,cell,cell phone,"
    "work phone,business phone,office phone,home phone,other phone,phone 2,phone 3,phone 1 value,phone 2 value,телефон",
    "street": "street address,address,address line 1,address 1,mailing street,billing street,address 1 street,адрес",
    "city": "town,mailing city,billing city,address 1 city,город",
    "region": "state region,state,province,county,state province,mailing state,billing state,address 1 region",
    "postcode": "postal code,zip,zip code,zip postal code,post code,mailing zip,billing zip,address 1 postal code,индекс",
    "country": "country region,office location,mailing country,billing country,address 1 country,страна",
    "owner": "contact owner,company owner,account owner,lead owner,owner name,record owner,sales agent,sales rep,rep,assigned to,"
    "responsible,salesperson,ответственный",
    "source": "lead source,original source,utm source,referral source,channel,источник",
    "roles": "role",
    "tags": "tag,labels,label,теги",
    "website": "website url,web site,url,homepage,web page,сайт,company domain name,company domain,domain,domain name",
    "birth_date": "birthday,date of birth,birthdate,dob,дата рождения",
    "sex": "gender,пол",
    "marital_status": "civil status",
    "income": "household income,income bracket",
    "purpose": "interest,interests",
    "industry": "sector,branch,line of business,отрасль",
    "founded": "year established,year founded,founded year,established",
    "employees": "number of employees,no of employees,employee count,headcount,company size",
    "revenue": "annual revenue,turnover,yearly revenue",
    "currency": "currency code,annual revenue currency",
    "notes": "note,comment,comments,description,remarks,примечание",
    "external_id": "record id,id,contact id,lead id,company id,account id,client id,customer id,person id,organization id,organisation id,"
    "external id,system id",
    "external_ids": "ids elsewhere",
    "created_at": "create date,created,created date,date created,created time,created on,signup date,connected on,дата создания",
}

DEALS = {
    "title": "deal name,deal title,deal,opportunity name,opportunity,name,название сделки",
    "client": "account,account name,client name,company,company name,customer,customer name,organization,organisation,associated company,"
    "deal organization,contact,contact name,associated contact,компания,contact id,client id,customer id,account id,company id,"
    "organization id",
    "client_email": "associated contact email,contact email,client mail,person email work,email",
    "client_domain": "associated company domain,company domain,company domain name,account domain,domain",
    "through": "lead id,activity id,task id",
    "contacts": "deal contact person,contact person",
    "pipeline": "deal pipeline,sales pipeline,воронка",
    "stage": "deal stage,opportunity stage,stage name,sales stage,status,этап сделки",
    "value": "close value,amount,deal value,deal amount,estimated value,expected revenue,revenue,price,бюджет",
    "currency": "currency code,deal currency,deal currency of value",
    "owner": "sales agent,deal owner,opportunity owner,owner name,sales rep,rep,salesperson,assigned to,ответственный",
    "source": "lead source,deal source,original source",
    "need": "needs,pain",
    "next_step": "next action,next activity",
    "next_step_on": "next step date,next activity date",
    "opened_at": "engage date,opened,open date,created,create date,created date,date created,created on,start date,дата создания сделки",
    "expected_close": "expected close date,deal expected close date,forecast close date",
    "closed_at": "closed,closed date,closed on,actual close date",
    "close_date": "close,дата закрытия",
    "lost_reason": "closed lost reason,loss reason,reason lost,deal lost reason",
    "competitor": "competitors,lost to",
    "products": "product,product name,items",
    "tags": "tag,labels,label,теги сделки",
    "notes": "note,comment,comments,description,remarks",
    "external_id": "opportunity id,deal id,id,record id,external id,deal pipedrive system id",
    "external_ids": "ids elsewhere",
}

PRODUCTS = {
    "name": "product,product name,item name,item,title",
    "code": "sku,product code,item no,item number,part number,article",
    "family": "series,product family,category,group,product line",
    "price": "sales price,unit price,list price,amount",
    "currency": "currency code",
    "unit": "unit of measure,uom",
    "active": "is active,enabled,available",
    "external_id": "id,product id,record id,external id",
    "external_ids": "ids elsewhere",
}

REPS = {
    "name": "sales agent,rep,sales rep,salesperson,full name,owner,owner name,user,user name,seller",
    "email": "e mail,mail,email address",
    "manager": "manager name,sales manager,supervisor,team lead,reports to",
    "region": "regional office,office,territory,team",
    "role": "job,job title,function",
    "active": "is active,enabled",
}

_WHOSE = {
    "client": "client name,contact,contact name,customer,customer name,company,company name,account,account name,name,related to,person,"
    "associated contact,contact id,client id,customer id,person id,account id,company id,клиент",
    "client_email": "associated contact email,contact email,client mail,customer email,person email,email,e mail",
    "client_domain": "associated company domain,company domain,account domain,domain",
}

INTERACTIONS = {
    "kind": "type,activity type,interaction type,interaction kind,task type,тип",
    "at": "date,activity date,date time,timestamp,time,when,start,start date,start time,call date,meeting date,logged at,happened at,дата",
    "direction": "call direction,email direction,way",
    "outcome": "call outcome,meeting outcome,result,disposition,call result,call disposition",
    "minutes": "duration,duration minutes,duration in minutes,call duration minutes,length",
    "rep": "owner,activity owner,owner name,record owner,assigned to,sales rep,user,logged by,assignee,task owner,"
    "responsible,ответственный",
    "author": "created by,creator",
    **_WHOSE,
    "through": "lead id,opportunity id",
    "deal": "deal name,deal title,opportunity,opportunity name,associated deal,deal id",
    "deal_client": "client of the deal",
    "deal_opened_at": "deal opened",
    "subject": "subject line,title,call meeting title subject,task title,task name,activity name,activity subject,тема",
    "note": "notes,notes description,body,description,comment,comments,text,content,details,заметка",
    "state": "task status,status,completed,done,is completed,is done,task state",
    "priority": "task priority",
    "due": "due date,task due date,deadline,due at,due on,срок",
    "done_at": "completed at,completed date,completion date,done on,date completed",
    "repeat": "recurrence,repeats",
    "external_id": "activity id,interaction id,task id,call id,meeting id,note id,email id,id,record id,external id",
    "external_ids": "ids elsewhere",
    "created_at": "create date,created,created date,date created,created on",
}

TASKS = {{"subject": "title", "rep": "assignee"}.get(field, field): f"{words},{field}" for field, words in INTERACTIONS.items()}

PURCHASES = {
    **_WHOSE,
    "product": "product name,item,item name,item no,item number,product code,sku,product id,article,goods,service,товар",
    "deal": "deal name,opportunity,opportunity name,deal id,opportunity id",
    "deal_client": "client of the deal",
    "deal_opened_at": "deal opened",
    "description": "what,line description,details,note,notes,comment",
    "bought_on": "date,sales date,sale date,order date,purchase date,invoice date,bought,sold on,bought at,дата",
    "quantity": "qty,units,count,amount of units,количество",
    "amount": "line price,line total,line amount,total,total price,sum,cost,value,revenue,paid,net amount,сумма",
    "price": "unit price,price,price each,sales price,list price,цена",
    "currency": "currency code",
    "payment_method": "payment,paid by,way of paying,payment type,method",
    "external_id": "purchase id,line id,order line id,sales line id,item line id,id,record id,transaction id,receipt,invoice id,"
    "invoice number,order id,order number,sales id,sale id,external id",
    "external_ids": "ids elsewhere",
}

LEADS = {
    "client": "client name,contact,contact name,customer,name,full name,company,contact id,client id,customer id,account id,company id",
    "client_email": "contact email,email,e mail,associated contact email",
    "source": "lead source,original source,channel,источник",
    "status": "lead status,state,lead state",
    "at": "created date,create date,created,created at,date,lead date,created on,дата",
    "rep": "owner,lead owner,assigned to,sales rep",
    "note": "notes,description,comment,comments,message",
    "external_id": "lead id,id,record id,external id",
}

PIPELINES = {
    "pipeline": "pipeline name,deal pipeline,воронка",
    "stage": "stage name,deal stage,name,stage label,этап",
    "position": "order,display order,stage order,rank,no,number",
    "outcome": "type,stage type,state,result",
    "probability": "win probability,percent,deal probability",
    "limit_days": "limit,limit in days,rotting days,rotten days,days",
    "required": "required fields,requires",
    "external_id": "stage id,id,external id,record id",
    "external_ids": "ids elsewhere",
}

_ENGLISH = {"clients": CLIENTS, "deals": DEALS, "products": PRODUCTS, "reps": REPS, "interactions": INTERACTIONS, "tasks": TASKS,
            "purchases": PURCHASES, "leads": LEADS, "pipelines": PIPELINES}  # fmt: skip
ALIASES = {
    kind: {field: ",".join(filter(None, (said, further_words.WORDS[kind].get(field)))) for field, said in table.items()}
    for kind, table in _ENGLISH.items()
}

LABELS = {
    "mobile": "mobile", "mobilephone": "mobile", "mobilephonenumber": "mobile", "mobilenumber": "mobile", "cell": "mobile",
    "cellphone": "mobile", "workphone": "work", "businessphone": "work", "officephone": "work", "homephone": "home",
    "workemail": "work", "emailwork": "work", "personalemail": "home", "homeemail": "home",
    **further_words.LABELS,
}  # fmt: skip
"""What the name of a column says about the phones or mails in it."""
