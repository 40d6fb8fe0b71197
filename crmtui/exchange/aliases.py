"""The words that programs and people write over their columns, by kind and field. Case, accents, blanks and signs do not matter."""

from __future__ import annotations

SEVERAL = frozenset({"emails", "phones", "tags"})
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
    "website": "website url,web site,url,homepage,web page,сайт",
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
    "deal organization,contact,contact name,associated contact,компания",
    "client_email": "associated contact email,contact email,client mail,person email work,email",
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
    "active": "is active,enabled",
}

ALIASES = {"clients": CLIENTS, "deals": DEALS, "products": PRODUCTS, "reps": REPS}

LABELS = {
    "mobile": "mobile", "mobilephone": "mobile", "mobilephonenumber": "mobile", "mobilenumber": "mobile", "cell": "mobile",
    "cellphone": "mobile", "workphone": "work", "businessphone": "work", "officephone": "work", "homephone": "home",
    "workemail": "work", "personalemail": "home",
}  # fmt: skip
"""What the name of a column says about the phones or mails in it."""
