^XA^CI28^MUD^LH0,0^FWN^PON^LRN^PW812^LL1219
^FO32,24^A0N,32,32^FH_^FDNorthgate Store^FS
^FO32,72^A0N,60,60^FH_^FDCustoms declaration CN22^FS
^FO32,152^A0N,34,34^FH_^FDMay be opened officially _2D content_3A sale^FS
^FO32,192^A0N,34,34^FH_^FDTo Jo Doe_2C GB^FS
^FO32,232^A0N,34,34^FH_^FDOrder web_2D100471_2C parcel 1 of 1^FS
^FO16,284^GB781,3,3^FS
^FO32,312^A0N,40,40^FB104,1,0,R,0^FH_^FD2 x^FS
^FO160,312^A0N,29,29^FH_^FDOat drink 1 l_2C HS 220299_2C SE_2C 4_2E98 EUR_2C 2_2E100 kg^FS
^FO32,947^A0N,35,35^FH_^FDTotal value 4_2E98 EUR_2C total weight 2_2E140 kg^FS
^FO32,995^A0N,22,22^FH_^FDI certify that the particulars are correct and that this item contains no dangerous^FS
^FO32,1043^A0N,25,25^FH_^FDarticle prohibited by legislation or by postal or customs regulations_2E^FS
^FO32,1091^A0N,28,28^FH_^FDDate and signature of the sender_3A _5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F_5F^FS
^FO16,1147^GB781,2,2^FS
^FO32,1163^A0N,27,27^FB749,1,0,R,0^FH_^FDPage 1 of 1^FS
^PQ1^XZ
